// A metric of your own from the records: from the head of an answer to its first token.
//   node examples/own-metric.mjs trace.jsonl http://localhost:8000
import { Histogram } from '@trace-replay/metrics';
import { replay } from '@trace-replay/replayer';

const [trace, url] = process.argv.slice(2);
const headToToken = new Histogram();
const run = replay({ trace, urls: [url] });
for await (const { outcome, headers_ns: headNs, content_ns: [firstNs] = [] } of run) {
  // What is unknown is absent: a row that failed has no such time, and does not count as 0.
  if (outcome === 'ok') headToToken.record(firstNs - headNs);
}
const { rows } = await run.summary();
console.log(`head to first token of ${headToToken.count} of ${rows.total} rows`);
console.log(`mean ${headToToken.meanMs.toFixed(2)} ms, max ${headToToken.maxNs / 1e6} ms`);
