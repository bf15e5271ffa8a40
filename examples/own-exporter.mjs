// A format of your own beside ours: the figures of a run as lines for InfluxDB.
//   node examples/own-exporter.mjs trace.jsonl http://localhost:8000 directory
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { Accumulator, parseObjectives, renderFiles } from '@trace-replay/metrics';
import { replay } from '@trace-replay/replayer';

/** Makes the text of its files and writes none, as our exporters do. */
function renderInflux({ summary }) {
  const lines = Object.entries(summary.metrics).map(([tag, { count, mean, p50, p99 }]) => {
    const fields = Object.entries({ count, mean, p50, p99 })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${value}`);
    return `${tag},model=${summary.conditions.model} ${fields.join(',')}\n`;
  });
  return [{ path: 'summary.influx', text: lines.join('') }];
}

const [trace, url, directory] = process.argv.slice(2);
const goodput = 'time_to_first_token:20000 inter_token_latency:50';
const accumulator = new Accumulator({ objectives: parseObjectives(goodput) });
const run = replay({ trace, urls: [url], goodput });
for await (const record of run) accumulator.add(record);
const input = { summary: await run.summary(), histograms: accumulator.histograms };
for (const { path, text } of [...renderFiles(input), ...renderInflux(input)]) {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), text);
  console.log(path);
}
