import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

import { type Asked, type ClientOptions, openClient, type RequestRecord } from './adapter.ts';
import { createSteppingTime } from './stepping-time.ts';

/**
 * So many milliseconds pass, and then one thing happens. `end`: the server closes in order;
 * `reset`: it does not; `abort`: the client gives up; an empty text: nothing. All else is written.
 */
export type Step = readonly [afterMs: number, act: string | Buffer];

export interface Case {
  readonly title: string;
  /** What the server does for each request, in the order of their arrival. */
  readonly answers: readonly (readonly Step[])[];
  readonly outputTokens: number;
  readonly client?: Partial<ClientOptions>;
  /** A socket is opened before the first request is due. */
  readonly isOpenedAhead?: boolean;
  /** All requests are due at once; else each follows the end of the one before. */
  readonly isTogether?: boolean;
}

/** From due to dispatched, and from the call that sends to whatever it left for later. */
const LAG_NS = 40_000;
const SEND_NS = 15_000;

/**
 * Plays a case: real sockets, one process, and a clock that stands still until everything that a
 * step has caused is done. So each stamp has one value only.
 *
 * @param firstRow of the case; each row is due a second and a third of a millisecond after the last
 */
export async function performCase(
  {
    title,
    answers,
    outputTokens,
    client: options,
    isOpenedAhead = false,
    isTogether = false,
  }: Case,
  firstRow: number,
): Promise<RequestRecord[]> {
  const server = await listen();
  const asked = answers.map((_, index) => askedFor(firstRow + index, outputTokens));
  const firstDueNs = asked[0]?.dueNs ?? 0;
  const time = createSteppingTime(firstDueNs - 5_000_000);
  const client = openClient(server.url, time, {
    ...{ endpoint: 'chat', outputLength: 'exact', serverDetails: false },
    ...options,
  });
  const records: RequestRecord[] = [];
  const aborts: (() => void)[] = [];
  const send = (request: Asked) => {
    const dueNs = isTogether ? firstDueNs : request.dueNs;
    aborts.push(client.perform({ ...request, dueNs }, (record) => records.push(record)));
  };
  const moveTo = (ns: number) => time.advance(Math.max(0, ns - time.nowNs()));
  try {
    if (isOpenedAhead) {
      client.expect();
      time.advance(210_000);
      await until(() => server.accepted > 0);
    }
    moveTo(firstDueNs + LAG_NS);
    if (isTogether) asked.forEach(send);
    for (const [index, steps] of answers.entries()) {
      const request = asked[index];
      if (!isTogether && request) {
        moveTo(request.dueNs + LAG_NS);
        send(request);
      }
      time.advance(SEND_NS);
      const talk = await server.request(index);
      for (const [afterMs, act] of steps) {
        time.advance(Math.round(afterMs * 1e6));
        if (act === 'abort') aborts[index]?.();
        else await talk(act);
        await settle();
      }
      await until(() => records.length > index);
    }
    return records;
  } catch (error) {
    throw new Error(`Cannot play "${title}"`, { cause: error });
  } finally {
    client.destroy();
    server.close();
  }
}

export function askedFor(row: number, outputTokens: number): Asked {
  return { row, dueNs: row * 1_000_333_333, inputTokens: 10 + row, outputTokens };
}

/** A server without any HTTP of its own. */
async function listen() {
  /** The client's ends: only they know what the client has read. */
  const ofClient: Socket[] = [];
  const onSocket = (message: unknown) => ofClient.push((message as { socket: Socket }).socket);
  subscribe('net.client.socket', onSocket);
  const requests: Socket[] = [];
  const sockets: Socket[] = [];
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.push(socket);
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const [head = '', body] = text.split('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      if (body?.length !== length) return;
      text = '';
      requests.push(socket);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    get accepted() {
      return sockets.length;
    },
    /** The request of this number, from 0, as what says something to it and sees it read. */
    async request(index: number) {
      await until(() => requests.length > index);
      await settle();
      const ours = requests[index] as Socket;
      const theirs = ofClient.find(({ localPort }) => localPort === ours.remotePort) as Socket;
      return async (act: string | Buffer) => {
        if (act === 'end') {
          ours.end();
          await until(() => theirs.readableEnded || theirs.destroyed);
        } else if (act === 'reset') {
          ours.resetAndDestroy();
          await until(() => theirs.destroyed);
        } else if (act.length > 0) {
          ours.write(act);
          await until(() => theirs.bytesRead >= ours.bytesWritten || theirs.destroyed);
        }
      };
    },
    close() {
      unsubscribe('net.client.socket', onSocket);
      for (const socket of sockets) socket.destroy();
      listener.close();
    },
  };
}

const PATIENCE_MS = 20_000;

/** Turns of the event loop until it holds, and those that settle what it has caused. */
async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`Nothing came: ${holds.toString()}`);
    await setImmediate();
  }
  await settle();
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await setImmediate();
}
