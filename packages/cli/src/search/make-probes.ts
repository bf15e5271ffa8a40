import {
  nextStep,
  probeLines,
  type SearchFile,
  type SearchPlan,
  type SearchProbe,
} from '@trace-replay/metrics/internal';
import { deploymentSchema } from '@trace-replay/mock/internal';
import type { TraceRow } from '@trace-replay/replayer/trace';

import { UsageError } from '../io/errors.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { type Io, remark } from '../io/io.ts';
import { RecoveryCheck } from './recovery.ts';
import { replayProbe, type EndedProbe } from './replay-probe.ts';
import { saveSearch } from './search-file.ts';
import type { SearchOrder } from './search-order.ts';
import { cacheCeiling, rowsInWindow, type SearchTrace, selectedRows } from './search-trace.ts';
import type { ProbeOrder } from './search-order.ts';
import { simulateProbe, worksOf } from './simulate-probe.ts';

/** A search under way. */
export interface ProbeLoop extends SearchOrder {
  readonly trace: SearchTrace;
  readonly plan: SearchPlan;
  /** Grows by each probe that was measured. */
  readonly probes: SearchProbe[];
  /** Aborted when a signal came. */
  readonly signal: AbortSignal;
  readonly beganMs: number;
  file(state: SearchFile['state']): SearchFile;
}

/** Makes one probe. */
type Prober = (order: ProbeOrder, id: string) => Promise<EndedProbe>;

/**
 * Makes probes until the search ends, and saves it after each.
 *
 * @returns `ok` when it ended by its plan or by the time that it may take
 */
export async function makeProbes(
  loop: ProbeLoop,
  io: Io,
): Promise<{ readonly code: ExitCode; readonly endedBy?: 'time' }> {
  const { search, plan, probes, signal, root, objectives, beganMs, options } = loop;
  const { progress } = options.command;
  const order = { rampS: plan.ramp_s, windowS: plan.window_s, objectives };
  saveSearch(root, loop.file('running'));
  const check = plan.is_simulated ? undefined : await recoveryCheckOf(loop);
  const probeOnce = plan.is_simulated ? await simulator(loop) : replayer(loop, io);
  const ceilingAt = createCeilings(loop);
  for (let isFirst = true; ; isFirst = false) {
    if (signal.aborted) return { code: EXIT.signal };
    const step = nextStep(plan, probes);
    if (step.kind === 'end') return { code: EXIT.ok };
    const leftS = search.maxTimeSeconds - (performance.now() - beganMs) / 1000;
    const isLate = leftS < plan.ramp_s + plan.window_s;
    if (!plan.is_simulated && isLate) return { code: EXIT.ok, endedBy: 'time' };
    const { speed, purpose } = step;
    const number = probes.length + 1;
    if (progress !== 'none' && !plan.is_simulated) {
      remark(io, `Probe ${number} of at most ${plan.max_probes}: speed ${speed}`);
    }
    if (search.resetUrl !== undefined) await reset(search.resetUrl);
    const id = `probe-${String(number).padStart(2, '0')}-speed-${speed}`;
    // No probe has the prompts of another.
    const ended = await probeOnce({ ...order, speed, seed: plan.seed + number - 1, purpose }, id);
    if (ended.kind === 'signal') return { code: EXIT.signal };
    if (ended.kind === 'failed') return { code: ended.code };
    const ceiling = await ceilingAt(speed);
    const recovery = signal.aborted ? undefined : await check?.wait();
    probes.push({
      ...ended.probe,
      ...(ceiling !== undefined && { cache_ceiling: ceiling }),
      ...recovery,
    });
    saveSearch(root, loop.file('running'));
    if (progress === 'none') continue;
    const lines = probeLines(plan, probes);
    if (isFirst) remark(io, lines[0]!);
    remark(io, lines.at(-1)!);
  }
}

async function recoveryCheckOf({ search, options, signal }: ProbeLoop) {
  if (search.recoveryLimitSeconds === 0) return undefined;
  const check = new RecoveryCheck(options.replay, search.recoveryLimitSeconds, signal);
  await check.measureAtRest();
  return check;
}

/** The ceiling of a speed is read from the trace once. */
function createCeilings({ trace, plan }: ProbeLoop) {
  const ceilings = new Map<number, number | undefined>();
  const window = { rampS: plan.ramp_s, windowS: plan.window_s };
  return async (speed: number): Promise<number | undefined> => {
    if (!ceilings.has(speed)) ceilings.set(speed, await cacheCeiling(trace, speed, window));
    return ceilings.get(speed);
  };
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
        firstMs: trace.timestampsMs[0]!,
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
