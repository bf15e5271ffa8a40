/**
 * What reading one event of a stream costs, on the fast path and off it, for the shapes of traffic
 * that a run meets. Plain node over the built packages:
 * `node bench/tools/stream-parser.mjs [rounds]`.
 *
 * Each figure is the median of `rounds` rounds; the two paths take turns within a round, because
 * the neighbours of a shared machine slow both alike. Heap bytes are what one answer of 300 events
 * holds and leaves behind, divided by its events; the stamps lie outside the heap.
 */
import { AnswerParser } from '../../packages/replayer/dist/stream/answer.js';

const ROUNDS = Number(process.argv[2] ?? 15);
const EVENTS_PER_ANSWER = 300;
const ANSWERS_PER_ROUND = 100;
const WORDS = [' the', ' of', ' and', ' "quoted"', ' line\n', ' é', ' measure', ' a', ' load', '.'];

const word = (index) => WORDS[index % WORDS.length];
const tenWords = (index) => Array.from({ length: 10 }, (_, i) => word(index + i)).join('');

function chat(content, more = {}) {
  const choice = { index: 0, delta: { content }, finish_reason: null, logprobs: null };
  const id = 'chatcmpl-7d0f2f5e-4f0a-4a86-9c1c-5c5f7a1c2b3d';
  const model = 'deepseek-ai/DeepSeek-V3.2';
  const object = 'chat.completion.chunk';
  return { id, choices: [choice], created: 1785500000, model, object, ...more };
}

function completion(text) {
  const id = 'cmpl-7d0f2f5e-4f0a-4a86-9c1c-5c5f7a1c2b3d';
  const rest = {
    created: 1785500000,
    model: 'deepseek-ai/DeepSeek-V3.2',
    system_fingerprint: null,
  };
  return { id, choices: [{ text, index: 0 }], ...rest, object: 'text_completion', usage: null };
}

/** JSON.stringify cannot write an id beyond 2^53: it is put in as text. */
const withWorkerIds = (content) =>
  JSON.stringify(
    chat(content, { nvext: { worker_id: { prefill_worker_id: 'P', decode_worker_id: 'D' } } }),
  )
    .replace('"P"', '7587895417313529345')
    .replace('"D"', '7587895417313529346');

const usage = (index) => ({ prompt_tokens: 39000, completion_tokens: index + 1 });

/** Name, events per read, the JSON text of event `index`. */
const SHAPES = [
  ['chat, 1 event a read', 1, (i) => JSON.stringify(chat(word(i)))],
  ['chat, 20 events a read', 20, (i) => JSON.stringify(chat(word(i)))],
  ['chat, 10 tokens an event', 1, (i) => JSON.stringify(chat(tenWords(i)))],
  ['chat with worker ids', 1, (i) => withWorkerIds(word(i))],
  ['chat with usage each time', 1, (i) => JSON.stringify(chat(word(i), { usage: usage(i) }))],
  ['completions', 1, (i) => JSON.stringify(completion(word(i)))],
];

function readsOf(eventsPerRead, textOf) {
  const events = Array.from({ length: EVENTS_PER_ANSWER }, (_, i) => `data: ${textOf(i)}\n\n`);
  const reads = [];
  for (let i = 0; i < events.length; i += eventsPerRead) {
    reads.push(Buffer.from(events.slice(i, i + eventsPerRead).join('')));
  }
  return reads;
}

function readAnswer(reads, useFastPath) {
  const parser = new AnswerParser({ useFastPath });
  for (let i = 0; i < reads.length; i += 1) parser.push(reads[i], i);
  if (parser.contentCount !== EVENTS_PER_ANSWER) throw new Error('Cannot measure: events are lost');
  return parser;
}

function nsPerEvent(reads, useFastPath) {
  const startNs = process.hrtime.bigint();
  for (let i = 0; i < ANSWERS_PER_ROUND; i += 1) readAnswer(reads, useFastPath);
  return Number(process.hrtime.bigint() - startNs) / ANSWERS_PER_ROUND / EVENTS_PER_ANSWER;
}

/** A collection in between makes a difference negative: such rounds do not count. */
function heapBytesPerEvent(reads, useFastPath) {
  const grown = Array.from({ length: 20 }, () => {
    const before = process.memoryUsage().heapUsed;
    const parser = readAnswer(reads, useFastPath);
    const after = process.memoryUsage().heapUsed;
    return (after - before) / parser.contentCount;
  });
  return median(grown.filter((bytes) => bytes > 0));
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const HEAD = 'full: ns  events/s  heap B | fast: ns  events/s  heap B | full/fast';
console.log(`${'shape'.padEnd(28)} bytes | ${HEAD}`);
for (const [name, eventsPerRead, textOf] of SHAPES) {
  const reads = readsOf(eventsPerRead, textOf);
  const bytes = reads.reduce((sum, read) => sum + read.length, 0) / EVENTS_PER_ANSWER;
  const full = [];
  const fast = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    full.push(nsPerEvent(reads, false));
    fast.push(nsPerEvent(reads, true));
  }
  const row = [median(full), median(fast)];
  const columns = row.map((ns, index) =>
    [
      ns.toFixed(0).padStart(8),
      Math.round(1e9 / ns)
        .toLocaleString('en')
        .padStart(9),
      heapBytesPerEvent(reads, index === 1)
        .toFixed(0)
        .padStart(7),
    ].join(' '),
  );
  const gain = (row[0] / row[1]).toFixed(1);
  console.log(
    `${name.padEnd(27)} ${bytes.toFixed(0).padStart(6)} | ${columns.join(' | ')} | ${gain}`,
  );
}
