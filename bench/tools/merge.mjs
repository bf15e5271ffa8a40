/**
 * What `replay merge` costs: shards are generated, merged by a process of its own, and its time and
 * peak memory are read from the kernel. Linux only. Plain node over the built packages:
 *
 *     node bench/tools/merge.mjs SHARDS ROWS_PER_SHARD TOKENS_PER_ROW [killed]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

import { generateShards } from '../../packages/cli/dist/test/generate-shards.js';

const main = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
const [shards = 1000, rowsPerShard = 4, tokens = 50] = process.argv.slice(2, 5).map(Number);
/** With `killed`, no shard has ended: what a merge costs that has to read the records. */
const isKilled = process.argv[5] === 'killed';

const directory = mkdtempSync(join(tmpdir(), 'trace-replay-merge-'));
try {
  generateShards(directory, { shards, rowsPerShard, tokens });
  const generated = join(directory, 'generated');
  const bytesOf = (name) =>
    readdirSync(generated)
      .map((shard) => statSync(join(generated, shard, name)).size)
      .reduce((sum, size) => sum + size, 0);
  const records = bytesOf('records.jsonl');
  const accumulators = bytesOf('accumulator.json');
  if (isKilled) {
    for (const shard of readdirSync(generated)) {
      const path = join(generated, shard, 'run.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"completed"', '"running"'));
    }
  }
  const startedMs = performance.now();
  const peakMb = await mergeIn(directory);
  const seconds = (performance.now() - startedMs) / 1000;
  console.log(
    `${shards} shards, ${shards * rowsPerShard} records of ${tokens} tokens, ` +
      `${(records / 1e6).toFixed(0)} MB of records, ${(accumulators / 1e6).toFixed(0)} MB of counts: ` +
      `${seconds.toFixed(1)} s, ${peakMb.toFixed(0)} MB at the peak`,
  );
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** Merges, and gives the peak of the memory in MB. */
function mergeIn(run) {
  const child = spawn(process.execPath, [main, 'merge', '--allow-missing', run], {
    stdio: ['ignore', 'ignore', 2],
  });
  let peakMb = 0;
  const timer = setInterval(() => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const [, kb = 0] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
    peakMb = Math.max(peakMb, Number(kb) / 1000);
  }, 20);
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => {
      clearInterval(timer);
      if (code === 0) resolve(peakMb);
      else reject(new Error(`The merge ended with ${code}.`));
    });
  });
}
