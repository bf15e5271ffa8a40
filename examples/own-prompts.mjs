// Your own prompts: one text for each row of the trace.
//   node examples/own-prompts.mjs trace.jsonl http://localhost:8000
import { replay } from '@trace-replay/replayer';

const QUESTIONS = ['Why is the sky blue?', 'Who wrote "Faust"?', 'How high is Mont Blanc?'];

const [trace, url] = process.argv.slice(2);
const run = replay(
  // The server may end an answer where it likes: the question decides its length.
  { trace, urls: [url], limit: 6, outputLength: 'cap' },
  { writePrompt: (row) => QUESTIONS[row.index % QUESTIONS.length] },
);
for await (const record of run) console.log(record.row, record.outcome, record.prompt_tokens);
const { conditions } = await run.summary();
console.log('prompts by', conditions.prompt_algorithm);
