import { MessageChannel, type MessagePort } from 'node:worker_threads';

import type { RequestRecord } from '@trace-replay/metrics';

import type { Zero } from '../time/clock.ts';
import type { LoopReadings } from '../self-check/loop/loop-monitor.ts';
import { SENDER_LIMITS, startThread } from '../threads/start-thread.ts';
import type { SenderCommand, SenderData, SenderMessage } from './messages.ts';
import type { SenderOptions } from './sender.ts';
import { startAlarm } from '../time/start-alarm.ts';

export interface SenderPoolListener {
  onDispatched(row: number): void;
  onRecord(record: RequestRecord): void;
  /** The request will never be dispatched. */
  onDropped(row: number): void;
  /** A thread died, and with it whatever its rows were doing. */
  onDied(sender: number, error: Error): void;
}

/** The threads that send and read. */
export interface SenderPool {
  readonly count: number;
  /** One for each sender: whoever has it hands over that sender's requests, in due order. */
  readonly ports: readonly MessagePort[];
  /** Resolves when every thread has run its code once, or has died. */
  readonly ready: Promise<void>;
  /** One zero for all of them: threads of a host share the monotonic clock. */
  start(zero: Zero, canaryPort?: number): void;
  /** Nothing more is dispatched; what is in flight goes on. */
  stop(): void;
  /** Ends everything in flight at once. */
  abort(): void;
  /**
   * Closes every socket, ends the threads, and gives what those that had started saw of themselves.
   */
  close(): Promise<readonly LoopReadings[]>;
}

interface SenderThread {
  readonly port: MessagePort;
  readonly ready: Promise<void>;
  command(command: SenderCommand): void;
  close(): Promise<LoopReadings | undefined>;
}

/** Starts `count` threads, each with a loop and sockets of its own. */
export function startSenderPool(
  count: number,
  options: Omit<SenderOptions, 'zero'>,
  listener: SenderPoolListener,
): SenderPool {
  const alarm = startAlarm(count);
  const threads = alarm.slots.map((slot, index) =>
    startSenderThread(
      { options: { ...options, ...shareOfConnections(options, index, count) }, alarm: slot },
      listener,
      (error) => listener.onDied(index, error),
    ),
  );
  const tellAll = (command: SenderCommand) => {
    for (const thread of threads) thread.command(command);
  };
  return {
    count,
    ports: threads.map(({ port }) => port),
    ready: Promise.all(threads.map(({ ready }) => ready)).then(() => undefined),
    start: (zero, canaryPort) => tellAll({ kind: 'start', zero, canaryPort }),
    stop: () => tellAll({ kind: 'stop' }),
    abort: () => tellAll({ kind: 'abort' }),
    async close() {
      const readings = await Promise.all(threads.map((thread) => thread.close()));
      await alarm.stop();
      return readings.filter((each) => each !== undefined);
    },
  };
}

/** The ceiling on sockets is one for the run: each thread has its share of it. */
function shareOfConnections(
  { maxConnections }: Pick<SenderOptions, 'maxConnections'>,
  index: number,
  count: number,
): Pick<SenderOptions, 'maxConnections'> {
  if (maxConnections === undefined) return {};
  const share = Math.floor(maxConnections / count) + (index < maxConnections % count ? 1 : 0);
  return { maxConnections: share };
}

function startSenderThread(
  data: Omit<SenderData, 'requests'>,
  listener: SenderPoolListener,
  onDied: (error: Error) => void,
): SenderThread {
  const { port1: port, port2: requests } = new MessageChannel();
  const workerData: SenderData = { ...data, requests };
  const worker = startThread('sender/sender-thread', {
    workerData,
    transferList: [requests, data.alarm.port],
    resourceLimits: SENDER_LIMITS,
  });
  let isClosing = false;
  let isDead = false;
  let readings: LoopReadings | undefined;
  let settleReady: (() => void) | undefined;
  const ready = new Promise<void>((resolve) => (settleReady = resolve));
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));

  function die(error: Error): void {
    if (isDead) return;
    isDead = true;
    settleReady?.();
    onDied(error);
  }

  worker.on('error', die);
  worker.once('exit', (code) => {
    if (!isClosing) die(new Error(`A sender thread ended with exit code ${code}`));
  });
  worker.on('message', (message: SenderMessage) => {
    switch (message.kind) {
      case 'ready':
        settleReady?.();
        break;
      case 'dispatched':
        message.rows.forEach((row) => listener.onDispatched(row));
        break;
      case 'record':
        listener.onRecord(message.record);
        break;
      case 'dropped':
        listener.onDropped(message.row);
        break;
      case 'closed':
        readings = message.readings;
        break;
    }
  });

  return {
    port,
    ready,
    command: (command) => worker.postMessage(command),
    async close() {
      isClosing = true;
      if (isDead) return undefined;
      worker.postMessage({ kind: 'close' } satisfies SenderCommand);
      // Sockets may linger in the thread's loop; nobody waits for them.
      const timer = setTimeout(() => void worker.terminate(), 1000);
      await ended;
      clearTimeout(timer);
      return readings;
    },
  };
}
