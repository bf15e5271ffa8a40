import type { Accumulator } from '@trace-replay/metrics';
import type { Plan, ReplayEvent, Zero } from '@trace-replay/replayer';

import { type Io, remark } from '../../io/io.ts';
import type { CommandOptions } from '../../flags/command-options.ts';
import { figuresOf } from './figures.ts';
import { liveLine } from './view.ts';

/** Tells a person how the run goes, on stderr. */
export interface Progress {
  onEvent(event: ReplayEvent): void;
  /** A sentence that stays. */
  say(text: string): void;
  close(): void;
}

const LIVE_EVERY_MS = 250;
const PLAIN_EVERY_MS = 10_000;
const ERASE_LINE = '\r\u001b[K';

export interface ProgressOptions {
  readonly mode: CommandOptions['progress'];
  /** One run of several, whose caller says what came of it: no steps before it, no last line. */
  readonly isBrief?: boolean | undefined;
}

/** A live line on a terminal, a line every ten seconds elsewhere, or nothing. */
export function createProgress(
  { mode, isBrief = false }: ProgressOptions,
  io: Io,
  { count, ownCount, dueNs }: Plan['schedule'],
  accumulator: Accumulator,
): Progress {
  const isLive = mode === 'auto' && io.stderr.isTTY === true;
  const scheduleSeconds = (dueNs[count - 1] ?? 0) / 1e9;
  let dispatched = 0;
  let zero: Zero | undefined;
  let timer: NodeJS.Timeout | undefined;

  function show(): void {
    if (!zero) return;
    const elapsedSeconds = Number(process.hrtime.bigint() - zero.monotonicNs) / 1e9;
    const counted = { rows: ownCount, dispatched, elapsedSeconds, scheduleSeconds };
    const figures = figuresOf(accumulator, counted);
    if (isLive) io.stderr.write(ERASE_LINE + liveLine(figures, (io.stderr.columns || 80) - 1));
    else remark(io, liveLine(figures));
  }

  function say(text: string): void {
    if (mode === 'none') return;
    remark(io, isLive ? ERASE_LINE + text : text);
  }

  return {
    say,
    onEvent(event) {
      if (event.kind === 'request-dispatched') dispatched++;
      const text = isBrief ? undefined : textOf(event);
      if (text !== undefined) say(text);
      if (event.kind === 'started') {
        zero = event.zero;
        if (mode !== 'none') timer = setInterval(show, isLive ? LIVE_EVERY_MS : PLAIN_EVERY_MS);
      }
    },
    close() {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      if (isBrief) {
        if (isLive) io.stderr.write(ERASE_LINE);
        return;
      }
      show();
      if (isLive) io.stderr.write('\n');
    },
  };
}

function textOf(event: ReplayEvent): string | undefined {
  switch (event.kind) {
    case 'waiting-for-model':
      return `Waiting for the model at ${event.url}: ${event.seen}.`;
    case 'model-found':
      return `Model ${event.model} is there.`;
    case 'server-details':
      return event.used
        ? undefined
        : `Worker ids and server timing are not asked for: ${event.reason}.`;
    case 'warm-up-started':
      return `Warming up with ${event.requests} requests.`;
    case 'warm-up-ended':
      return event.failed === 0
        ? `Warm-up is over: ${event.requests} ok.`
        : `Warm-up is over: ${event.failed} of ${event.requests} failed.`;
    case 'started':
    case 'request-dispatched':
      return undefined;
  }
}
