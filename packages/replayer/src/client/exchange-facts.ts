import type { TimeoutPhase } from '@trace-replay/metrics/internal';

import type { TransportFailure } from './transport.ts';

/** How an exchange came to its end. */
export type Ending =
  | { readonly kind: 'complete' }
  | ({ readonly kind: 'error' } & TransportFailure)
  | { readonly kind: 'timed_out'; readonly phase: TimeoutPhase }
  /** The answer was whole, the server kept the connection open, and we ended it. */
  | { readonly kind: 'ended_by_us' }
  | { readonly kind: 'aborted' };

/** What was seen of one request on the wire. Instants in nanoseconds since the run's zero. */
export interface ExchangeFacts {
  readonly dispatchedNs: number;
  readonly socketWaitNs?: number;
  readonly socketNew?: boolean;
  readonly connectStartedNs?: number;
  readonly connectedNs?: number;
  readonly sentNs?: number;
  readonly flushedNs?: number;
  readonly headersNs?: number;
  readonly endNs: number;
  readonly httpStatus?: number;
  readonly contentType?: string;
  readonly contentEncoding?: string;
  /** The first bytes of an answer that is no event stream. */
  readonly otherBody?: Buffer;
  readonly ending: Ending;
}
