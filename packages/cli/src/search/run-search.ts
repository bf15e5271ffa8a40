import { join } from 'node:path';

import { type Objective, type Summary } from '@trace-replay/metrics';
import {
  nextStep,
  objectivesForFile,
  probeLines,
  renderSearch,
  type SearchFile,
  type SearchPlan,
  type SearchProbe,
  searchResult,
  type SearchStep,
} from '@trace-replay/metrics/internal';
import { deploymentSchema } from '@trace-replay/mock/internal';
import type { TraceRow } from '@trace-replay/replayer/trace';

import { toJson } from '../artifacts/write-part.ts';
import type { ReplayCommandOptions } from '../flags/replay-flags.ts';
import { UsageError } from '../io/errors.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { type Io, print, remark } from '../io/io.ts';
import { toSnakeCase } from '../io/snake-case.ts';
import { listenForInterrupt, signalName } from '../run/interrupt.ts';
import { runReplay } from '../run/run-replay.ts';
import type { ProbeOrder } from './probe-order.ts';
import { type EndedProbe, replayProbe } from './replay-probe.ts';
import { RecoveryCheck } from './recovery.ts';
import { readSearch, refuseOtherPlan, saveSearch } from './search-file.ts';
import type { SearchOptions } from './search-options.ts';
import {
  cacheCeiling,
  fastestSpeed,
  readSearchTrace,
  rowsInWindow,
  type SearchTrace,
  selectedRows,
} from './search-trace.ts';
import { simulateProbe, worksOf } from './simulate-probe.ts';

export interface SearchOrder {
  readonly search: SearchOptions;
  readonly options: ReplayCommandOptions;
  readonly objectives: readonly Objective[];
  /** Directory of the search. */
  readonly root: string;
}

/** Makes one probe. */
type Prober = (order: ProbeOrder, id: string) => Promise<EndedProbe>;

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
    return { schema_version: 1, state, plan, probes, ...more };
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
    const end = await makeProbes({ ...order, trace, plan, probes, stopping, beganMs, file }, io);
    const { code, endedBy } = end;
    const result = searchResult({ plan, probes });
    let finalRun: string | undefined;
    let finalCode: ExitCode = EXIT.ok;
    if (code === EXIT.ok && result.outcome && search.final && !plan.is_simulated) {
      const ended = await replayWhole({ ...order, trace, beganMs }, result.bracket.low, io);
      finalRun = ended?.directory;
      finalCode = ended?.code ?? EXIT.ok;
    }
    const state = code === EXIT.signal ? 'stopped' : code === EXIT.ok ? 'completed' : 'failed';
    const isOver = code === EXIT.ok || result.outcome !== undefined;
    const whole = file(isOver ? 'completed' : state, {
      ...(endedBy && { ended_by: endedBy }),
      ...(finalRun !== undefined && { final_run: finalRun }),
    });
    saveSearch(root, whole);
    const { speeds: _speeds, ...derived } = result;
    await print(
      io,
      search.json
        ? toJson({ ...whole, result: toSnakeCase(derived) })
        : renderSearch(whole, { ...textOptions(io), artifacts: root }),
    );
    if (code !== EXIT.ok) return code;
    if (finalCode === EXIT.signal) return finalCode;
    return codeOf(result.outcome?.kind);
  } finally {
    interrupt.release();
  }
}

const CODES: Readonly<Record<string, ExitCode>> = {
  'too-slow': EXIT.failed,
  'client-limited': EXIT.fidelity,
};

function codeOf(outcome: string | undefined): ExitCode {
  return CODES[outcome ?? ''] ?? EXIT.ok;
}

interface ProbeLoop extends SearchOrder {
  readonly trace: SearchTrace;
  readonly plan: SearchPlan;
  /** Grows by each probe that was measured. */
  readonly probes: SearchProbe[];
  readonly stopping: AbortController;
  readonly beganMs: number;
  file(state: SearchFile['state']): SearchFile;
}

async function makeProbes(
  loop: ProbeLoop,
  io: Io,
): Promise<{ readonly code: ExitCode; readonly endedBy?: 'time' }> {
  const { search, plan, probes, stopping, root, objectives, beganMs } = loop;
  const { signal } = stopping;
  const isShown = loop.options.command.progress !== 'none';
  const order = { rampS: plan.ramp_s, windowS: plan.window_s, objectives };
  saveSearch(root, loop.file('running'));
  const recovery = search.recoveryLimitSeconds > 0 && !plan.is_simulated;
  const check = recovery
    ? new RecoveryCheck(loop.options.replay, search.recoveryLimitSeconds, signal)
    : undefined;
  await check?.measureAtRest();
  const probeOnce = plan.is_simulated ? await simulator(loop) : replayer(loop, io);
  let isFirstLine = true;
  for (;;) {
    if (signal.aborted) return { code: EXIT.signal };
    const step: SearchStep = nextStep(plan, probes);
    if (step.kind === 'end') return { code: EXIT.ok };
    const leftS = search.maxTimeSeconds - (performance.now() - beganMs) / 1000;
    if (!plan.is_simulated && leftS < plan.ramp_s + plan.window_s) {
      return { code: EXIT.ok, endedBy: 'time' };
    }
    const { speed, purpose } = step;
    const seed = plan.seed + probes.length;
    const id = `probe-${String(probes.length + 1).padStart(2, '0')}-speed-${speed}`;
    if (isShown && !plan.is_simulated) {
      remark(io, `Probe ${probes.length + 1} of at most ${plan.max_probes}: speed ${speed}`);
    }
    if (search.resetUrl !== undefined) await reset(search.resetUrl);
    const ended = await probeOnce({ ...order, speed, seed, purpose }, id);
    if (ended.kind === 'signal') return { code: EXIT.signal };
    if (ended.kind === 'failed') return { code: ended.code };
    const ceiling = await cacheCeiling(loop.trace, speed, order);
    const recovered = signal.aborted ? undefined : await check?.wait();
    probes.push({
      ...ended.probe,
      ...(ceiling !== undefined && { cache_ceiling: ceiling }),
      ...recovered,
    });
    saveSearch(root, loop.file('running'));
    if (!isShown) continue;
    const lines = probeLines(plan, probes);
    for (const line of isFirstLine ? [lines[0]!, lines.at(-1)!] : [lines.at(-1)!]) remark(io, line);
    isFirstLine = false;
  }
}

/** Probes in virtual time. The rows of the trace are made into work once. */
async function simulator({ trace, search }: ProbeLoop): Promise<Prober> {
  const deployment = deploymentSchema.parse({
    ...(search.deployment as object | undefined),
    like: search.simulate,
  });
  const rows: TraceRow[] = [];
  for await (const row of selectedRows(trace)) rows.push(row);
  const works = worksOf(rows, deployment, trace.options.blockSize ?? 512);
  return (order) => {
    return Promise.resolve({
      kind: 'measured',
      probe: simulateProbe(works, deployment, order),
    });
  };
}

function replayer({ trace, options, root, plan }: ProbeLoop, io: Io): Prober {
  return (order, id) =>
    replayProbe(
      {
        ...order,
        id,
        options,
        root,
        firstMs: trace.timestampsMs[0] ?? 0,
        target: plan.share,
        windowRows: rowsInWindow(trace, order.speed, order),
      },
      io,
    );
}

/** @throws {UsageError} if the server does not take it */
async function reset(url: string): Promise<void> {
  let problem: string;
  try {
    const { ok, status } = await fetch(url, {
      method: 'POST',
      signal: AbortSignal.timeout(RESET_MS),
    });
    if (ok) return;
    problem = `it answered ${status}`;
  } catch (error) {
    const { cause, message } = error as Error;
    problem = cause instanceof Error ? cause.message : message;
  }
  throw new UsageError(
    `Cannot empty the caches at "${url}": ${problem}, expected an answer of 2xx to a POST` +
      '\n  Leave --reset-url out where the server has no such path.',
  );
}

const RESET_MS = 30_000;

/** The whole trace at the speed found: the run to show. */
async function replayWhole(
  {
    options,
    objectives,
    root,
    search,
    trace,
    beganMs,
  }: SearchOrder & {
    readonly trace: SearchTrace;
    readonly beganMs: number;
  },
  speed: number | undefined,
  io: Io,
): Promise<
  { readonly code: ExitCode; readonly directory?: string; summary?: Summary } | undefined
> {
  if (speed === undefined) return undefined;
  const { timestampsMs } = trace;
  const spanS = ((timestampsMs.at(-1) ?? 0) - (timestampsMs[0] ?? 0)) / 1000 / speed;
  const leftS = search.maxTimeSeconds - (performance.now() - beganMs) / 1000;
  if (spanS > leftS) {
    remark(
      io,
      `The replay of the whole trace at speed ${speed} takes ${Math.ceil(spanS)} s, and ` +
        `${Math.max(0, Math.floor(leftS))} s of --max-time are left: it is left out.`,
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
  return { code: ended.code, directory: ended.directory.slice(join(root, '/').length) };
}

function textOptions({ stdout }: Io) {
  const color = stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  return { width: Math.min(stdout.columns || 120, 140), color };
}
