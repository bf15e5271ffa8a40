import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';

import type { LoopReadings } from '../self-check/loop/loop-monitor.ts';
import { SENDER_LIMITS, startThread } from '../threads/start-thread.ts';
import { type Alarm, startAlarm } from '../time/start-alarm.ts';
import type { SenderCommand, SenderData, SenderMessage } from './messages.ts';
import type { SenderListener, SenderOptions } from './sender.ts';

export interface SenderPoolListener extends SenderListener {
  /** A thread died, and with it whatever its rows were doing. */
  onDied(sender: number, error: Error): void;
}

/** Those that send and read, wherever they run. */
export interface Senders {
  /** One for each sender, for its requests in due order. */
  readonly ports: readonly MessagePort[];
  /** Resolves when every sender has run its code once, or has died. */
  hasStarted(): Promise<void>;
  tell(command: Exclude<SenderCommand, { kind: 'close' }>): void;
  /** Closes every socket, ends the senders, and gives the readings of those that took some. */
  close(): Promise<readonly LoopReadings[]>;
}

/** The threads that send and read, each with a loop and sockets of its own. */
export class SenderPool implements Senders {
  readonly #alarm: Alarm;
  readonly #threads: readonly SenderThread[];

  constructor(count: number, options: SenderOptions, listener: SenderPoolListener) {
    this.#alarm = startAlarm(count);
    this.#threads = this.#alarm.slots.map((alarm, index) => {
      const maxConnections = shareOf(options.maxConnections, index, count);
      const data = { options: { ...options, maxConnections }, alarm };
      return new SenderThread(index, data, listener);
    });
  }

  get ports(): readonly MessagePort[] {
    return this.#threads.map(({ port }) => port);
  }

  async hasStarted(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.hasStarted));
  }

  tell(command: Exclude<SenderCommand, { kind: 'close' }>): void {
    for (const thread of this.#threads) thread.tell(command);
  }

  async close(): Promise<readonly LoopReadings[]> {
    const readings = await Promise.all(this.#threads.map((thread) => thread.close()));
    await this.#alarm.stop();
    return readings.filter((each) => each !== undefined);
  }
}

/** The ceiling on sockets is one for the run: each thread has its share of it. */
function shareOf(total: number | undefined, index: number, count: number): number | undefined {
  if (total === undefined) return undefined;
  return Math.floor(total / count) + (index < total % count ? 1 : 0);
}

class SenderThread {
  readonly port: MessagePort;
  readonly hasStarted: Promise<unknown>;
  readonly #worker: Worker;
  readonly #ended: Promise<unknown>;
  #isClosing = false;
  #isDead = false;
  #readings: LoopReadings | undefined;

  constructor(index: number, data: Omit<SenderData, 'requests'>, listener: SenderPoolListener) {
    const { port1: port, port2: requests } = new MessageChannel();
    const workerData: SenderData = { ...data, requests };
    const worker = startThread('sender/sender-thread', {
      workerData,
      transferList: [requests, data.alarm.port],
      resourceLimits: SENDER_LIMITS,
    });
    this.port = port;
    this.#worker = worker;
    this.#ended = new Promise((resolve) => worker.once('exit', resolve));
    // Its first message says so; a thread that dies sends none.
    const said = new Promise((resolve) => worker.once('message', resolve));
    this.hasStarted = Promise.race([said, this.#ended]);
    const die = (error: Error) => {
      if (this.#isDead) return;
      this.#isDead = true;
      listener.onDied(index, error);
    };
    worker.on('error', die);
    worker.once('exit', (code) => {
      if (!this.#isClosing) die(new Error(`A sender thread ended with exit code ${code}`));
    });
    worker.on('message', (message: SenderMessage) => this.#onMessage(message, listener));
  }

  tell(command: SenderCommand): void {
    this.#worker.postMessage(command);
  }

  async close(): Promise<LoopReadings | undefined> {
    this.#isClosing = true;
    if (this.#isDead) return undefined;
    this.tell({ kind: 'close' });
    // Sockets may linger in the thread's loop; nobody waits for them.
    const timer = setTimeout(() => void this.#worker.terminate(), 1000);
    await this.#ended;
    clearTimeout(timer);
    return this.#readings;
  }

  #onMessage(message: SenderMessage, listener: SenderPoolListener): void {
    if (message.kind === 'closed') this.#readings = message.readings;
    else pass(message, listener);
  }
}

/** Tells the listener of a row. */
export function pass(message: SenderMessage, listener: SenderListener): void {
  switch (message.kind) {
    case 'dispatched':
      message.rows.forEach((row) => listener.onDispatched(row));
      break;
    case 'record':
      listener.onRecord(message.record);
      break;
    case 'dropped':
      listener.onDropped(message.row);
      break;
    case 'started':
    case 'closed':
      // Of the sender, and of no row.
      break;
  }
}
