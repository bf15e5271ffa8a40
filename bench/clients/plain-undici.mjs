/**
 * The least that a client on undici does: a timer for each row, one request, a stamp for each
 * read of its answer. No parser, no records, no verdict. What it costs above the floor in C is what
 * Node and undici cost.
 *
 *     node plain-undici.mjs PORT MODEL SCHEDULE
 *
 * SCHEDULE as `encodeSchedule` of floor.ts writes it. Prints one line for each answer that ended:
 * row, sent and first read, milliseconds of CLOCK_MONOTONIC; before them, the zero.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { Agent } = createRequire(new URL('../../packages/replayer/package.json', import.meta.url))(
  'undici',
);

const [port, model, file] = process.argv.slice(2);
const rows = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split(' ').map(Number));
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

function bodyOf(outputTokens, bytes) {
  const body = {
    model,
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: outputTokens,
    ignore_eos: true,
    messages: [{ role: 'user', content: '' }],
  };
  body.messages[0].content = 'a'.repeat(Math.max(0, bytes - JSON.stringify(body).length));
  return Buffer.from(JSON.stringify(body));
}

const bodies = rows.map(([, outputTokens, bytes]) => bodyOf(outputTokens, bytes));
const agent = new Agent({ connections: null, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
const origin = `http://127.0.0.1:${port}`;
const zeroMs = nowMs() + 500;
const lines = [`zero ${zeroMs}`];

async function send(row) {
  const sentMs = nowMs();
  const { body } = await agent.request({
    origin,
    path: '/v1/chat/completions',
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': `plain-${row}` },
    body: bodies[row],
  });
  let firstMs;
  body.on('data', () => {
    const atMs = nowMs();
    firstMs ??= atMs;
  });
  await new Promise((resolve, reject) => body.on('end', resolve).on('error', reject));
  lines.push(`request ${row} ${sentMs} ${firstMs}`);
}

await Promise.all(
  rows.map(
    ([dueUs], row) =>
      new Promise((resolve, reject) => {
        setTimeout(() => send(row).then(resolve, reject), zeroMs + dueUs / 1000 - nowMs());
      }),
  ),
);
await agent.close();
console.log(lines.join('\n'));
