import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';

import {
  fetchFrontendCounters,
  type FrontendCounters,
  subtractCounters,
} from './frontend-counters.ts';
import { type Run, runReplay } from './run-replay.ts';

export interface ReplayTask {
  readonly url: string;
  /** A file of `../shared/traces`, or a path that begins with `.cache/`. */
  readonly trace: string;
  readonly rows: number;
  /** Where the files of the run go, below `.cache/dynamo`; what lies there is removed. */
  readonly name: string;
  readonly flags?: readonly string[];
}

/** What a replay left behind, and what the frontend counted meanwhile. */
export interface Replayed extends Run {
  readonly counted: FrontendCounters;
  /** Of this machine over the last minute of the replay: how much else ran. */
  readonly load: number;
}

/** The frontend counts a request a moment after its last byte. */
const SETTLE_MS = 500;

/** Replays the first rows of a trace with the command as it is built, at the trace's own speed. */
export async function replayRows(task: ReplayTask): Promise<Replayed> {
  const { url, trace, rows, name, flags = [] } = task;
  const file = trace.startsWith('.cache/') ? trace : `../shared/traces/${trace}`;
  const before = await fetchFrontendCounters(url);
  const run = await runReplay(join('dynamo', name), [
    ...['--trace', file, '--url', url, '--limit', String(rows)],
    ...flags,
  ]);
  const { directory, summary, records, zeroUnixMs = NaN } = run;
  const load = loadavg()[0] ?? NaN;
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const counted = subtractCounters(await fetchFrontendCounters(url), before);
  writeFileSync(join(directory, 'counted.json'), JSON.stringify({ load, ...counted }));
  if (!summary || !records) throw new Error(`The replay left no run: ${run.stderr}`);
  return { ...run, summary, records, zeroUnixMs, load, counted };
}
