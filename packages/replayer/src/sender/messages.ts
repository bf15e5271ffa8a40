import type { RequestRecord } from '@trace-replay/metrics';
import type { MessagePort } from 'node:worker_threads';

import type { Zero } from '../time/clock.ts';
import type { LoopReadings } from '../self-check/loop/loop-monitor.ts';
import type { AlarmSlot } from '../time/alarm-memory.ts';
import type { SenderOptions } from './sender.ts';

/** What a sender's thread is started with. */
export interface SenderData {
  readonly options: SenderOptions;
  readonly alarm: AlarmSlot;
  /** Brings a `PreparedRequest` for each of its rows, in due order. */
  readonly requests: MessagePort;
}

/** To a sender. */
export type SenderCommand =
  /** Every sender gets the same zero: threads of a host share the monotonic clock. */
  | {
      readonly kind: 'start';
      readonly zero: Zero;
      /** Where the canary sings that the loop watches itself by. */
      readonly canaryPort?: number | undefined;
    }
  /** Nothing more is dispatched; what is in flight goes on. */
  | { readonly kind: 'stop' }
  /** Everything in flight ends at once. */
  | { readonly kind: 'abort' }
  | { readonly kind: 'close' };

/** From a sender. */
export type SenderMessage =
  /** Its code has run once: what comes next does not pay for that. */
  | { readonly kind: 'started' }
  | { readonly kind: 'dispatched'; readonly rows: readonly number[] }
  | { readonly kind: 'record'; readonly record: RequestRecord }
  /** The request will never be dispatched. */
  | { readonly kind: 'dropped'; readonly row: number }
  /** Every socket is closed; nothing follows. A sender that never started has no readings. */
  | { readonly kind: 'closed'; readonly readings: LoopReadings | undefined };
