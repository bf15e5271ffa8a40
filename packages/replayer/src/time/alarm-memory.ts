import type { MessagePort } from 'node:worker_threads';

/** What one loop needs to be woken: its place in the memory that the alarm reads, and its port. */
export interface AlarmSlot {
  readonly shared: SharedArrayBuffer;
  readonly index: number;
  /** Brings a message, of no content, when the instant has come. */
  readonly port: MessagePort;
}

/** The memory that an alarm shares with the loops that it wakes. */
export interface AlarmMemory {
  /** One word that grows with every change; the alarm sleeps on it. */
  readonly changes: Int32Array<SharedArrayBuffer>;
  /** When each loop wants to be woken, as `process.hrtime.bigint()`; 0: not at all. */
  readonly instantsNs: BigInt64Array<SharedArrayBuffer>;
}

const INSTANTS_AT = BigInt64Array.BYTES_PER_ELEMENT;

export function createAlarmMemory(slots: number): SharedArrayBuffer {
  return new SharedArrayBuffer(INSTANTS_AT + slots * BigInt64Array.BYTES_PER_ELEMENT);
}

export function openAlarmMemory(shared: SharedArrayBuffer): AlarmMemory {
  return {
    changes: new Int32Array(shared, 0, 1),
    instantsNs: new BigInt64Array(shared, INSTANTS_AT),
  };
}

/** Sets a slot's instant and wakes the alarm, which has to look again. */
export function setInstant(
  { changes, instantsNs }: AlarmMemory,
  index: number,
  atNs: bigint,
): void {
  Atomics.store(instantsNs, index, atNs);
  Atomics.add(changes, 0, 1);
  Atomics.notify(changes, 0);
}

/** What the alarm's thread is started with. */
export interface AlarmData {
  readonly shared: SharedArrayBuffer;
  /** One for each slot. */
  readonly ports: readonly MessagePort[];
}
