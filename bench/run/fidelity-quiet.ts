import { measureBodies } from './body-sizes.ts';
import type { Client, Reason } from '../clients/client.ts';
import { judgeRun } from './judge-run.ts';
import { type MachineNoise, measureMachineNoise } from './noise.ts';
import type { Measures } from '../figures/measures.ts';
import { runOnce } from './run-once.ts';
import type { ServerKind } from '../servers/server.ts';
import { uniformRows } from '../input/trace.ts';

/** 1,000 events a second for 20 s: far below what any machine with two cores can do. */
const ROWS = uniformRows(200, 10, { inputTokens: 1000, outputTokens: 100 });
const SERVER = { ttftMs: 50, itlMs: 10 };
/** The smallest error that a verdict may turn on; a machine beyond it has no quiet run. */
const QUIET_P99_MS = 1;
/** Runs on a machine that is not quiet do not count; so many more are tried. */
const TRIES_PER_RUN = 4;

export interface QuietRun {
  /** p99 of the control's lateness, the worse of before and after, milliseconds. */
  readonly controlP99Ms: number;
  /** Absent if the machine was not quiet: then nothing can be said. */
  readonly verdict?: string;
  readonly reasons: readonly Reason[];
  /**
   * What the server saw of the same run, by which a verdict is right or a false alarm: the controls
   * lie before and after it. Absent if there was no run.
   */
  readonly measures?: Measures;
}

/**
 * Does the verdict cry wolf? Runs a load that is no load until so many runs lay between two
 * controls that the machine passed.
 */
export async function runQuietly(
  runs: number,
  { client, kind, onRun }: { client: Client; kind: ServerKind; onRun: (run: QuietRun) => void },
): Promise<readonly QuietRun[]> {
  const bodyBytes = await measureBodies(client, new Set([ROWS[0]!.inputTokens]), kind);
  const counted: QuietRun[] = [];
  let before = await measureMachineNoise();
  for (let tries = runs * TRIES_PER_RUN; tries > 0 && counted.length < runs; tries -= 1) {
    if (!isQuiet(before)) {
      onRun({ controlP99Ms: before.p99Ms, reasons: [] });
      before = await measureMachineNoise();
      continue;
    }
    const run = { client, server: SERVER, rows: ROWS };
    const { report, log } = await runOnce(run, { kind, bodyBytes });
    if (report.verdict === undefined) throw new Error('Cannot judge: the run has no verdict');
    const after = await measureMachineNoise();
    const controlP99Ms = Math.max(before.p99Ms, after.p99Ms);
    const measures = judgeRun({ dueMs: ROWS.map(({ dueMs }) => dueMs), log, report });
    const { verdict, reasons } = report.verdict;
    const quiet = { controlP99Ms, measures, reasons, ...(isQuiet(after) && { verdict }) };
    onRun(quiet);
    if (isQuiet(after)) counted.push(quiet);
    before = after;
  }
  return counted;
}

function isQuiet({ p99Ms }: MachineNoise): boolean {
  return p99Ms <= QUIET_P99_MS;
}

/** A line for each run, and one for each of its reasons. */
export function quietLines({ controlP99Ms, verdict, reasons, measures }: QuietRun): string[] {
  const { absolute_lag_p99_ms: arrival, ttft_error_p99_ms: ttft } = measures ?? {};
  const told = [
    `control p99 ${controlP99Ms.toFixed(2)} ms`,
    ...(arrival === undefined ? [] : [`arrival p99 ${arrival.toFixed(2)} ms`]),
    ...(ttft === undefined ? [] : [`TTFT off by ${ttft.toFixed(2)} ms at p99`]),
  ];
  return [
    `${told.join(', ')}: ${verdict ?? 'not counted, the machine is not quiet'}`,
    ...reasons.map((reason) => `  ${JSON.stringify(reason)}`),
  ];
}
