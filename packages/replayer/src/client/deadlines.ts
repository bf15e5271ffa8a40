import type { TimeoutPhase } from '@trace-replay/metrics/internal';

import type { Clock, Timers } from '../time/clock.ts';

/** Longest durations of the phases of one request, in milliseconds; absent is without limit. */
export interface Deadlines {
  /** From the start of connecting to the connection, TLS included. */
  readonly connectMs?: number | undefined;
  /** From the first byte sent to the first content. */
  readonly firstTokenMs?: number | undefined;
  /** From one content to the next. */
  readonly betweenTokensMs?: number | undefined;
  /** From dispatch to the end. */
  readonly totalMs?: number | undefined;
}

export type DeadlineTimer = ReturnType<typeof createDeadlineTimer>;

const NS_PER_MS = 1e6;

export interface DeadlineOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** When the last content came: the phase between tokens counts from then. */
  readonly lastContentNs: () => number | undefined;
}

/**
 * One timer a request for all its deadlines. It looks for content when it fires and is armed again:
 * the arrival of a token touches nothing here.
 */
export function createDeadlineTimer(
  deadlines: Deadlines,
  onPassed: (phase: TimeoutPhase) => void,
  { clock, timers, lastContentNs }: DeadlineOptions,
) {
  const limitsNs = {
    connect: toNs(deadlines.connectMs),
    first_token: toNs(deadlines.firstTokenMs),
    between_tokens: toNs(deadlines.betweenTokensMs),
  };
  let totalEndNs = Infinity;
  let phase: Exclude<TimeoutPhase, 'total'> | undefined;
  let phaseStartNs = 0;
  let armedForNs = Infinity;
  let isArmable = false;
  let cancel: (() => void) | undefined;

  function phaseEndNs(): number {
    if (phase === undefined) return Infinity;
    const startNs = phase === 'between_tokens' ? (lastContentNs() ?? phaseStartNs) : phaseStartNs;
    return startNs + limitsNs[phase];
  }

  function arm(): void {
    if (!isArmable) return;
    const nextNs = Math.min(phaseEndNs(), totalEndNs);
    if (nextNs === Infinity || (cancel && armedForNs <= nextNs)) return;
    cancel?.();
    armedForNs = nextNs;
    const waitMs = Math.ceil((nextNs - clock.nowNs()) / NS_PER_MS);
    cancel = timers.after(Math.min(Math.max(waitMs, 1), 2 ** 31 - 1), check);
  }

  function check(): void {
    cancel = undefined;
    armedForNs = Infinity;
    const nowNs = clock.nowNs();
    if (phase !== undefined && nowNs >= phaseEndNs()) onPassed(phase);
    else if (nowNs >= totalEndNs) onPassed('total');
    else arm();
  }

  return {
    /** The total counts from now. Its timer is armed in a later turn: that takes 30 µs. */
    begin(dispatchedNs: number): void {
      totalEndNs = dispatchedNs + toNs(deadlines.totalMs);
      cancel = timers.soon(() => {
        cancel = undefined;
        isArmable = true;
        arm();
      });
    },
    /** A phase begins; it takes the place of the phase before. */
    enter(next: Exclude<TimeoutPhase, 'total'>, atNs: number): void {
      phase = next;
      phaseStartNs = atNs;
      arm();
    },
    /** No phase runs; only the total counts. */
    leave(): void {
      phase = undefined;
    },
    stop(): void {
      cancel?.();
      cancel = undefined;
      armedForNs = -Infinity;
    },
  };
}

function toNs(limitMs: number | undefined): number {
  return limitMs === undefined ? Infinity : limitMs * NS_PER_MS;
}
