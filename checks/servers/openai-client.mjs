// Talks to an OpenAI-compatible server with openai-node, and prints what it saw as JSON.
const [, , baseURL, model, library] = process.argv;
const { default: OpenAI } = await import(library);
const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0 });
const chat = { model, messages: [{ role: 'user', content: 'hello there my friend' }] };

async function streamed(more) {
  let [text, reason, usage] = [0, null, null];
  for await (const chunk of await client.chat.completions.create({
    ...chat,
    stream: true,
    ...more,
  })) {
    for (const choice of chunk.choices) {
      if (choice.delta.content) text += 1;
      reason ??= choice.finish_reason;
    }
    usage = chunk.usage ?? usage;
  }
  return { text, reason, tokens: usage?.completion_tokens ?? null };
}

function whole({ choices: [choice], usage }) {
  return { reason: choice.finish_reason, tokens: usage.completion_tokens };
}

async function refused(call) {
  try {
    await call();
  } catch (error) {
    return { status: error.status, error: error.constructor.name };
  }
  return 'taken';
}

const models = [];
for await (const { id } of client.models.list()) models.push(id);
const completions = (prompt, tokens) =>
  client.completions.create({ model, prompt, max_tokens: tokens });
const saw = {
  models,
  model: (await client.models.retrieve(model)).id,
  'no such model': await refused(() => client.models.retrieve('nope')),
  stream: await streamed({ max_tokens: 8, stream_options: { include_usage: true } }),
  max_completion_tokens: await streamed({ max_completion_tokens: 8 }),
  'no maximum': await streamed({ stream_options: { include_usage: true } }),
  whole: whole(await client.chat.completions.create({ ...chat, max_tokens: 6 })),
  'whole, no maximum': whole(await client.chat.completions.create(chat)),
  completions: whole(await completions('hello there', 6)),
  'token ids': (await completions([1, 2, 3], 3)).usage.prompt_tokens,
  'wrong model': await refused(() =>
    client.chat.completions.create({ ...chat, model: 'nope', max_tokens: 3 }),
  ),
};
console.log(JSON.stringify(saw));
