import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * A trace of `groups` × `together` rows: each group is due at one instant, 50 ms after the last.
 */
export function groupedTrace(groups: number, together: number): string {
  const rows = Array.from({ length: groups * together }, (_, row) => ({
    timestamp: 1000 + Math.floor(row / together) * 50,
    input_length: 20,
    output_length: 3,
    hash_ids: [row],
  }));
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** The whole lines of a run's records; none before the file exists. */
export function recordsIn(place: string): unknown[] {
  const file = join(place, 'records.jsonl');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return lines.slice(0, -1).map((line) => JSON.parse(line) as unknown);
}

export function statusOf(place: string): string {
  const state = JSON.parse(readFileSync(join(place, 'run.json'), 'utf8')) as { status: string };
  return state.status;
}

/** The object in a JSON file. */
export function readJson(file: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

/** Resolves when `isSo` returns true; rejects after half a minute. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let waitedMs = 0; !isSo(); waitedMs += 20) {
    if (waitedMs > 30_000) throw new Error(`not so after 30 s: ${isSo.toString()}`);
    await pause(20);
  }
}

/**
 * Kills the process that replays shard `index` with artifacts below `path`,
 * as the kernel does when memory runs out.
 */
export function killShard(index: number, path: string): void {
  const read = (pid: string, name: string) => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0');
    } catch {
      return [];
    }
  };
  const found = readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    const env = read(pid, 'environ');
    return (
      env.includes(`JOB_COMPLETION_INDEX=${index}`) &&
      env.some((variable) => variable.startsWith(`REPLAY_ARTIFACT_DIR=${path}`)) &&
      read(pid, 'cmdline')[1]?.endsWith('/main.js') === true
    );
  });
  if (found.length !== 1) throw new Error(`not one process of shard ${index}: ${found.join(' ')}`);
  process.kill(Number(found[0]), 'SIGKILL');
}
