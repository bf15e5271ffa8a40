import type { ServiceFacts, Work } from '../model.ts';
import type { WorkerPool } from './worker-pool.ts';

/** What one request has come to, to be filled in on its way. */
export type Progress = { -readonly [Key in keyof ServiceFacts]: ServiceFacts[Key] };

/** The way of a request through the workers. */
export interface Flow {
  readonly pools: readonly WorkerPool[];
  /**
   * Sends a request on its way, or finds no worker that takes it.
   *
   * @param onToken each token that the client gets
   * @returns takes the request back
   */
  send(
    work: Work,
    blocks: Float64Array,
    progress: Progress,
    onToken: (dueNs: number) => void,
  ): (() => void) | undefined;
}
