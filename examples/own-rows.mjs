// Your own rows, without a trace file: any iterable or async iterable.
//   node examples/own-rows.mjs http://localhost:8000
import { replay } from '@trace-replay/replayer';

/** Ten users who ask alike, 20 ms apart: an id names a block of the prompt, the first is shared. */
async function* rows() {
  for (let user = 0; user < 10; user++) {
    yield { timestampMs: 20 * user, inputLength: 600, outputLength: 8, hashIds: [1, 100 + user] };
  }
}

const run = replay({ trace: rows(), urls: [process.argv[2]] });
for await (const record of run) console.log(record.row, record.outcome, record.prompt_tokens);
const { rows: counts, conditions } = await run.summary();
console.log('ok', counts.ok, 'of', counts.total, 'rows of', conditions.trace.file);
