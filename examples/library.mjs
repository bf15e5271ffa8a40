// Ten rows of a trace with the library alone: records as they end, a summary, no file.
//   node examples/library.mjs trace.jsonl http://localhost:8000
import { replay } from '@trace-replay/replayer';

const [trace, url] = process.argv.slice(2);
const run = replay({
  trace,
  urls: [url],
  limit: 10,
  goodput: 'time_to_first_token:20000 inter_token_latency:50',
});
process.once('SIGINT', () => run.stop());

for await (const record of run) {
  console.log(record.row, record.outcome, record.output_tokens, record.failure?.class ?? '');
}
const summary = await run.summary();
console.log('good', summary.goodput?.good ?? 'not measurable', 'of', summary.rows.total);
