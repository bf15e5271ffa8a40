// Ten rows of a trace with the libraries alone: records as an async iterable, no file.
//   node examples/library.mjs trace.jsonl http://localhost:8000
import { Accumulator, parseObjectives } from '@trace-replay/metrics';
import { replay } from '@trace-replay/replayer';

const [trace, url] = process.argv.slice(2);
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const objectives = parseObjectives('time_to_first_token:20000 inter_token_latency:50');
const accumulator = new Accumulator({ objectives });
for await (const record of replay({ trace, urls: [url], limit: 10 }, { signal: stop.signal })) {
  accumulator.add(record);
  console.log(record.row, record.outcome, record.output_tokens, record.failure?.class ?? '');
}
console.log('good', accumulator.okSums.get('good'), 'of 10');
