import type { RequestRecord } from '@trace-replay/metrics';

import { Column } from './column.ts';
import { valueMs } from './row-class.ts';

/** More are counted together: pictures show the slowest of them. */
const MOST_WORKERS = 1000;

export type WorkerKind = 'target' | 'prefill worker' | 'decode worker';

/** TTFT of the ok rows of one worker, in ms. */
export interface Worker {
  readonly kind: WorkerKind;
  readonly name: string;
  readonly ttftMs: Column;
}

/** Who served which rows. */
export class Workers {
  readonly #workers = new Map<string, Worker>();

  add(record: RequestRecord): void {
    const ttftMs = valueMs(record, 'time_to_first_token');
    if (ttftMs === undefined) return;
    const { target, prefill_worker_id: prefill, decode_worker_id: decode } = record;
    this.#count('target', target === undefined ? undefined : String(target), ttftMs);
    this.#count('prefill worker', prefill, ttftMs);
    this.#count('decode worker', decode, ttftMs);
  }

  list(): readonly Worker[] {
    return [...this.#workers.values()];
  }

  #count(kind: WorkerKind, name: string | undefined, ttftMs: number): void {
    if (name === undefined) return;
    const known = this.#workers.get(`${kind} ${name}`);
    if (known === undefined && this.#workers.size >= MOST_WORKERS) return;
    const worker = known ?? { kind, name, ttftMs: new Column() };
    if (known === undefined) this.#workers.set(`${kind} ${name}`, worker);
    worker.ttftMs.push(ttftMs);
  }
}
