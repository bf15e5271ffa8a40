import { relative } from 'node:path';

import {
  objectivesForFile,
  renderSearch,
  SCHEMA_VERSION,
  type SearchFile,
  type SearchOutcome,
  type SearchPlan,
  type SearchResult,
  searchResult,
} from '@trace-replay/metrics/internal';

import { toJson } from '../artifacts/write-part.ts';
import { UsageError } from '../io/errors.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { type Io, print, remark, textOptionsFor } from '../io/io.ts';
import { toSnakeCase } from '../io/snake-case.ts';
import { listenForInterrupt, signalName } from '../run/interrupt.ts';
import { runReplay } from '../run/run-replay.ts';
import { makeProbes, type ProbeLoop } from './make-probes.ts';
import { readSearch, refuseOtherPlan, saveSearch } from './search-file.ts';
import type { SearchOrder } from './search-order.ts';
import { fastestSpeed, readSearchTrace, spanSeconds } from './search-trace.ts';

/** The plan of a search, made of its flags and its trace. */
export async function planSearch({ search, options, objectives }: SearchOrder) {
  const { replay } = options;
  const trace = await readSearchTrace(replay);
  const probeS = search.rampSeconds + search.windowSeconds;
  const plan: SearchPlan = {
    trace: replay.trace,
    trace_digest: trace.digest,
    target: search.simulate === undefined ? replay.urls : [search.simulate],
    is_simulated: search.simulate !== undefined,
    objectives: objectivesForFile(objectives),
    share: search.target,
    precision: search.precision,
    from: search.from,
    ramp_s: search.rampSeconds,
    window_s: search.windowSeconds,
    fastest: fastestSpeed(trace, probeS),
    max_probes: search.maxProbes,
    seed: replay.seed ?? 42,
    warm_up: search.simulate === undefined,
  };
  // The slowest speed that is tried has to fill its window as well: it needs less of the trace.
  if (plan.fastest >= plan.from) return { trace, plan };
  throw new UsageError(
    `Cannot search: at speed ${plan.from} the trace lasts ${(plan.fastest / plan.from) * probeS} s, ` +
      `expected at least the ${probeS} s of --ramp and --window` +
      '\n  Take a longer trace, a lower --from, or a shorter --window.',
  );
}

/** Searches the highest speed whose share of good rows reaches the target, and prints it. */
export async function runSearch(order: SearchOrder, io: Io): Promise<ExitCode> {
  const { search, root } = order;
  const beganMs = performance.now();
  const { trace, plan } = await planSearch(order);
  const before = search.resume === undefined ? undefined : readSearch(search.resume);
  if (before) refuseOtherPlan(root, before.plan, plan);
  const probes = [...(before?.probes ?? [])];
  const file = (state: SearchFile['state'], more: Partial<SearchFile> = {}): SearchFile => {
    return { schema_version: SCHEMA_VERSION, state, plan, probes, ...more };
  };
  const stopping = new AbortController();
  const interrupt = listenForInterrupt(
    (signal) => {
      if (plan.is_simulated) remark(io, `${signalName(signal)}: the search stops.`);
      stopping.abort();
    },
    () => undefined,
  );
  try {
    const loop = { ...order, trace, plan, probes, signal: stopping.signal, beganMs, file };
    const { code, endedBy } = await makeProbes(loop, io);
    const result = searchResult({ plan, probes });
    const isWhole = code === EXIT.ok && result.outcome && search.final && !plan.is_simulated;
    const finalRun = isWhole ? await replayWhole(loop, result.bracket.low, io) : undefined;
    const ended = file(STATES[code] ?? 'failed', {
      ...(endedBy && { ended_by: endedBy }),
      ...(finalRun?.directory !== undefined && { final_run: finalRun.directory }),
    });
    saveSearch(root, ended);
    await print(io, search.json ? jsonOf(ended, result) : textOf(ended, root, io));
    if (code !== EXIT.ok) return code;
    return finalRun?.code === EXIT.signal ? EXIT.signal : codeOf(result.outcome);
  } catch (error) {
    saveSearch(root, file('failed'));
    throw error;
  } finally {
    interrupt.release();
  }
}

const STATES: Partial<Record<ExitCode, SearchFile['state']>> = {
  [EXIT.ok]: 'completed',
  [EXIT.signal]: 'stopped',
};

function codeOf(outcome: SearchOutcome | undefined): ExitCode {
  if (outcome?.kind === 'too-slow') return EXIT.failed;
  return outcome?.kind === 'client-limited' ? EXIT.fidelity : EXIT.ok;
}

function jsonOf(file: SearchFile, { speeds: _speeds, ...result }: SearchResult): string {
  return toJson({ ...file, result: toSnakeCase(result) });
}

/** A table of probes is wider than a report. */
function textOf(file: SearchFile, root: string, io: Io): string {
  const { color } = textOptionsFor(io);
  const width = Math.min(io.stdout.columns || 120, 140);
  return renderSearch(file, { width, color, artifacts: root });
}

/** The whole trace at the speed found: the run to show. Left out where time does not suffice. */
async function replayWhole(
  { options, objectives, root, search, trace, beganMs }: ProbeLoop,
  speed: number | undefined,
  io: Io,
): Promise<{ readonly code: ExitCode; readonly directory?: string } | undefined> {
  if (speed === undefined) return undefined;
  const spanS = spanSeconds(trace) / speed;
  const leftS = Math.max(0, search.maxTimeSeconds - (performance.now() - beganMs) / 1000);
  if (spanS > leftS) {
    remark(
      io,
      `The replay of the whole trace at speed ${speed} takes ${Math.ceil(spanS)} s, and ` +
        `${Math.floor(leftS)} s of --max-time are left: it is left out.`,
    );
    return undefined;
  }
  remark(io, `Replaying the whole trace at speed ${speed}.`);
  const ended = await runReplay(
    {
      replay: { ...options.replay, speedup: speed, runId: 'final' },
      command: { ...options.command, name: 'final', artifactDir: root },
      objectives,
      failConditions: [],
    },
    io,
  );
  if (!ended) return { code: EXIT.signal };
  for (const text of ended.remarks) remark(io, text);
  return { code: ended.code, directory: relative(root, ended.directory) };
}
