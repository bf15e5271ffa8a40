import { MessageChannel, type MessagePort } from 'node:worker_threads';

import type { CreateTransport } from '../client/transport.ts';
import type { LoopReadings } from '../self-check/loop/loop-monitor.ts';
import { createClock, nodeTimers, type ReplayClock, senderTimeOf } from '../time/clock.ts';
import type { SenderCommand } from './messages.ts';
import { obey } from './obey.ts';
import { pass, type Senders } from './pool.ts';
import type { SenderListener, SenderOptions } from './sender.ts';

export interface LocalParts {
  readonly clock?: ReplayClock | undefined;
  readonly createTransport?: CreateTransport | undefined;
}

/**
 * One sender on the loop of the calling thread, for what cannot cross to another: a clock or a
 * transport of the program. It shares that loop with the program, so a busy program is a late
 * sender. By a clock of the program it takes no readings, which would be of another time.
 */
export class LocalSender implements Senders {
  readonly ports: readonly MessagePort[];
  readonly #take: (command: SenderCommand) => void;
  #readings: LoopReadings | undefined;

  constructor(
    options: SenderOptions,
    listener: SenderListener,
    { clock: time, createTransport }: LocalParts,
  ) {
    const { port1, port2: requests } = new MessageChannel();
    this.ports = [port1];
    this.#take = obey(
      { options, requests },
      {
        timeOf: (zero) =>
          time
            ? senderTimeOf(time, zero)
            : { clock: createClock(zero), timers: nodeTimers, dueTimers: nodeTimers },
        tell: (message) => {
          if (message.kind === 'closed') this.#readings = message.readings;
          else pass(message, listener);
        },
        createTransport,
        isWatched: time === undefined,
      },
    );
  }

  hasStarted(): Promise<void> {
    return Promise.resolve();
  }

  tell(command: SenderCommand): void {
    this.#take(command);
  }

  close(): Promise<readonly LoopReadings[]> {
    this.#take({ kind: 'close' });
    return Promise.resolve(this.#readings ? [this.#readings] : []);
  }
}
