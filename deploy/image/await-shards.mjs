// Waits until every shard of a run has ended, or for SECONDS:
//
//   node await-shards.mjs DIRECTORY SHARDS SECONDS
//
// DIRECTORY is the run's, `<artifact directory>/<run id>`. The exit code is 0 in any case:
// `replay merge` decides whether the shards can be merged.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const [directory = '', shards = '', seconds = ''] = process.argv.slice(2);
const count = Number(shards);
const limitMs = Number(seconds) * 1000;
if (!directory || !(count > 0) || !(limitMs >= 0)) {
  console.error('Cannot wait: expected a directory, the number of shards and seconds');
  process.exit(2);
}
process.on('SIGTERM', () => process.exit(0));

const begin = performance.now();
let said = '';
for (;;) {
  const states = Array.from({ length: count }, (_, shard) => stateOf(shard));
  const open = states.flatMap((state, shard) => (state === 'ended' ? [] : [`${shard} ${state}`]));
  const text =
    open.length === 0 ? `All ${count} shards have ended.` : `Shards: ${open.join(', ')}.`;
  if (text !== said) console.log(text);
  said = text;
  if (open.length === 0) break;
  if (performance.now() - begin >= limitMs) {
    console.log(`They have not all ended in ${seconds} s.`);
    break;
  }
  await pause(Math.min(1000, limitMs));
}

function stateOf(shard) {
  const file = filesOf(shard).find((path) => existsSync(path));
  if (file === undefined) return 'is not there';
  const { status } = JSON.parse(readFileSync(file, 'utf8'));
  return status === 'running' ? 'runs' : 'ended';
}

function filesOf(shard) {
  const traces = existsSync(directory) ? readdirSync(directory) : [];
  return traces.map((trace) => join(directory, trace, `shard-${shard}-of-${count}`, 'run.json'));
}
