import type { RequestRecord } from '@trace-replay/metrics';

import { recordLost, recordNotSent } from '../request/record-outcome.ts';
import type { RowRequest } from '../request/request.ts';
import { BodyDigest } from './body-digest.ts';
import type { BuiltMessage } from './start-body-builder.ts';

/** A row whose body was asked for. */
interface Entry {
  readonly request: RowRequest;
  /** Index of the sender that gets the body. */
  readonly sender: number;
  built?: BuiltMessage;
  fate?: 'dispatched' | 'dropped';
  hasEnded: boolean;
  /** The body takes no room in the window any more. */
  isBodyGone: boolean;
}

export interface LedgerOptions {
  /** Bytes of bodies that may wait for their due time; one body alone may exceed them. */
  readonly windowBytes: number;
  /** Now, in nanoseconds since the run's zero: the end of a row whose sender died. */
  readonly nowNs: () => number;
  /** Gets one record for each row. */
  readonly onRecord: (record: RequestRecord) => void;
}

/**
 * The state of every row under way: asked → built → dispatched → ended. A sender may be faster than
 * the builder's message, so that a row is dispatched, or has even ended, before it is built. A row
 * is forgotten when it has ended and its body is gone.
 */
export class RowLedger {
  /** Digest of the bodies that were dispatched. */
  readonly bodies = new BodyDigest();
  readonly #options: LedgerOptions;
  readonly #entries = new Map<number, Entry>();
  readonly #deadSenders = new Set<number>();
  #running = 0;
  #waitingBytes = 0;
  #wake: (() => void) | undefined;
  #onSettled: (() => void) | undefined;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** The bodies that wait fill the window. */
  get isFull(): boolean {
    return this.#waitingBytes >= this.#options.windowBytes;
  }

  /** Resolves when the window has room, or at `release`. */
  async room(): Promise<void> {
    if (this.isFull) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  /** Ends the wait for room. */
  release(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  /** Resolves when every row that was asked for has ended. To be called after the last one. */
  async settled(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#onSettled = resolve));
  }

  /** The row will not be asked for. */
  skip(request: RowRequest): void {
    this.#options.onRecord(recordNotSent(request));
  }

  /** The row's body is asked for: the sender may dispatch it at any time from now on. */
  ask(request: RowRequest, sender: number): void {
    const entry = { request, sender, hasEnded: false, isBodyGone: false };
    this.#entries.set(request.row, entry);
    this.#running++;
  }

  /** The sender has the body. */
  build(built: BuiltMessage): void {
    const entry = this.#entries.get(built.row);
    if (!entry) return;
    entry.built = built;
    this.#waitingBytes += built.bytes;
    this.#settleBody(entry);
    if (this.#deadSenders.has(entry.sender)) this.#giveUp(entry);
  }

  /** The builder died before it said that the sender has the body. */
  failToBuild(row: number): void {
    const entry = this.#entries.get(row);
    if (!entry) return;
    entry.isBodyGone = true;
    this.drop(row);
    this.#forget(entry);
  }

  /** The client has the request: its body counts as sent. */
  dispatch(row: number): void {
    this.#decide(row, 'dispatched');
  }

  /** The request will never be dispatched; ignored if it was. */
  drop(row: number): void {
    const entry = this.#decide(row, 'dropped');
    if (entry?.fate === 'dropped') this.end(recordNotSent(entry.request));
  }

  /** The row has a record; a second one is ignored. */
  end(record: RequestRecord): void {
    const entry = this.#entries.get(record.row);
    if (!entry || entry.hasEnded) return;
    entry.hasEnded = true;
    this.#running--;
    this.#forget(entry);
    this.#options.onRecord(record);
    if (this.#running === 0) this.#onSettled?.();
  }

  /** The sender's thread died: no other message will tell the end of its rows. */
  die(sender: number): void {
    this.#deadSenders.add(sender);
    for (const entry of [...this.#entries.values()]) {
      if (entry.sender === sender) this.#giveUp(entry);
    }
  }

  #giveUp({ request, fate }: Entry): void {
    if (fate === 'dispatched') this.end(recordLost(request, this.#options.nowNs()));
    else this.drop(request.row);
  }

  #decide(row: number, fate: 'dispatched' | 'dropped'): Entry | undefined {
    const entry = this.#entries.get(row);
    if (!entry) return undefined;
    entry.fate ??= fate;
    this.#settleBody(entry);
    return entry;
  }

  /** Gives back the body's room, once it is built and its fate is known. */
  #settleBody(entry: Entry): void {
    const { built, fate, isBodyGone } = entry;
    if (!built || fate === undefined || isBodyGone) return;
    entry.isBodyGone = true;
    this.#waitingBytes -= built.bytes;
    if (fate === 'dispatched') this.bodies.add(built.digest, built.bytes);
    this.#forget(entry);
    if (!this.isFull) this.release();
  }

  #forget({ request, hasEnded, isBodyGone }: Entry): void {
    if (hasEnded && isBodyGone) this.#entries.delete(request.row);
  }
}
