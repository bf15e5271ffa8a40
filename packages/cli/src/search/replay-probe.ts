import { join, relative } from 'node:path';

import { decidingReasons, type RequestRecord } from '@trace-replay/metrics';
import {
  measureWindow,
  OverloadWatch,
  probeRowOf,
  type SearchProbe,
} from '@trace-replay/metrics/internal';
import type { ReplayEvent, Run } from '@trace-replay/replayer';

import { readRecords } from '../artifacts/read-records.ts';
import type { ReplayCommandOptions } from '../flags/replay-flags.ts';
import { UsageError } from '../io/errors.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { type Io, remark } from '../io/io.ts';
import { isShut } from '../run/fidelity-gate.ts';
import { runReplay, type RunWatch } from '../run/run-replay.ts';
import type { ProbeOrder } from './search-order.ts';

/** A probe with what its replay needs. */
export interface ReplayedProbe extends ProbeOrder {
  readonly options: ReplayCommandOptions;
  /** Directory of the search; that of the probe lies below it. */
  readonly root: string;
  readonly id: string;
  /** Timestamp of the first selected row, ms of the trace. */
  readonly firstMs: number;
  readonly target: number;
  readonly windowRows: number;
}

/** What became of a probe. */
export type EndedProbe =
  | { readonly kind: 'measured'; readonly probe: SearchProbe }
  /** A signal came. */
  | { readonly kind: 'signal' }
  /** Its run failed, and has said why. */
  | { readonly kind: 'failed'; readonly code: ExitCode };

/** Replays the rows of ramp and window at one speed: an ordinary run of its own directory. */
export async function replayProbe(order: ReplayedProbe, io: Io): Promise<EndedProbe> {
  const { speed, seed, purpose, rampS, windowS, objectives, options, root, id } = order;
  const beganMs = performance.now();
  const watch = new ProbeWatch(order);
  // The row at the end of the window is not in it, and timestamps may have fractions.
  const endOffsetMs = order.firstMs + speed * (rampS + windowS) * 1000 - 1e-6;
  const ended = await runReplay(
    {
      replay: { ...options.replay, speedup: speed, seed, runId: id, endOffsetMs },
      command: { ...options.command, name: id, artifactDir: root },
      objectives,
      failConditions: [],
      watch,
    },
    io,
  );
  if (!ended) return { kind: 'signal' };
  if (ended.code === EXIT.signal && watch.stopped === undefined) return { kind: 'signal' };
  if (ended.code === EXIT.artifact || ended.code === EXIT.internal || ended.code === EXIT.usage) {
    for (const text of ended.remarks) remark(io, text);
    return { kind: 'failed', code: ended.code };
  }
  const { fidelity, not_measurable: notMeasurable } = ended.summary;
  if (notMeasurable?.figures.includes('goodput')) throw new UsageError(NOT_MEASURABLE);
  const { stopped } = watch;
  const rows = [];
  for await (const record of readRecords(join(ended.directory, 'records.jsonl'))) {
    // A row that the stop of the probe ended says nothing of the server.
    const isCut = record.outcome === 'not_sent' || record.outcome === 'aborted_inflight';
    if (stopped && isCut) continue;
    rows.push(probeRowOf(record, objectives));
  }
  const window = { rampS, windowS: stopped ? stopped.after_s - rampS : windowS };
  const isLimited = stopped === undefined && isShut(options.command.fidelityGate, ended.summary);
  const why = fidelity && decidingReasons(fidelity, 1)[0]?.text;
  return {
    kind: 'measured',
    probe: {
      speed,
      seed,
      purpose,
      directory: relative(root, ended.directory),
      ...measureWindow(rows, window),
      ...(stopped && { stopped, blocks: [] }),
      ...(fidelity?.claims.goodput && { flippable: fidelity.claims.goodput.flippable }),
      ...(isLimited && { client_limited: why ?? 'the measurement is invalid' }),
      took_s: (performance.now() - beganMs) / 1000,
    },
  };
}

const NOT_MEASURABLE =
  'Cannot search: inter_token_latency of --goodput is not measurable at this server, because it ' +
  'sends several tokens at once without their count' +
  '\n  Leave it out of --goodput, or set a limit on request_latency.';

/** Follows a run and stops it once the probe has failed. */
class ProbeWatch implements RunWatch {
  stopped: SearchProbe['stopped'];
  readonly #overload: OverloadWatch;
  /** When each row was sent that has not ended, ns since the zero. */
  readonly #inFlight = new Map<number, number>();
  #run: Run | undefined;

  constructor({ target, windowRows, objectives, rampS, windowS }: ReplayedProbe) {
    this.#overload = new OverloadWatch({ rampS, windowS, objectives, target, windowRows });
  }

  onRun(run: Run): void {
    this.#run = run;
  }

  onEvent(event: ReplayEvent): void {
    const zero = this.#run?.zero;
    if (event.kind !== 'request-dispatched' || !zero) return;
    this.#inFlight.set(event.row, (Date.now() - zero.unixMs) * 1e6);
  }

  add(record: RequestRecord): void {
    this.#inFlight.delete(record.row);
    if (this.stopped) return;
    this.stopped = this.#overload.add(record, this.#inFlight.values());
    if (this.stopped) this.#run?.abort();
  }
}
