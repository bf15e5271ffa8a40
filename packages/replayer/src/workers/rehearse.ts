import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

import { zeroIn } from '../clock.ts';
import { createSender } from './sender.ts';

const REQUESTS = 48;
const TOKENS = 40;
const BODY_BYTES = 64 * 1024;

/**
 * Sends a few requests to a server of its own on this thread's loop, before the run. The first
 * requests of a run would otherwise pay for what only happens once: undici's parser is compiled,
 * and everything between a due time and a record is slow until it has run some dozen times. The
 * first burst of a trace is measured like any other.
 *
 * A machine that refuses the server goes without a rehearsal.
 */
export async function rehearse(): Promise<void> {
  const server = createServer(answerAll);
  try {
    await listen(server);
  } catch {
    return;
  }
  const { port } = server.address() as AddressInfo;
  const address = { address: '127.0.0.1', family: 4 } as const;
  const origin = `http://127.0.0.1:${port}`;
  const target = { url: origin, origin, basePath: '', headers: {}, tls: {}, address };
  let left = REQUESTS;
  await new Promise<void>((resolve) => {
    const settle = () => {
      left--;
      if (left > 0) return;
      sender.close();
      resolve();
    };
    const sender = createSender(
      {
        zero: zeroIn(0),
        targets: [target],
        path: '/v1/chat/completions',
        deadlines: { connectMs: 1000, totalMs: 2000 },
        exactLength: true,
        runId: 'rehearsal',
      },
      { onDispatched: () => undefined, onRecord: settle, onDropped: settle },
    );
    for (let row = 0; row < REQUESTS; row++) {
      const body = new Uint8Array(BODY_BYTES).fill(0x61);
      const dueNs = Math.floor(row / 8) * 8e6;
      sender.offer({ row, dueNs, inputTokens: 1, outputTokens: TOKENS, target: 0, body });
    }
  });
  server.close();
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
}

/** Answers each request with a stream, token by token, and one socket with several of them. */
function answerAll(socket: Socket): void {
  let missing = 0;
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes: Buffer) => {
    if (missing === 0) {
      const headEnd = bytes.indexOf('\r\n\r\n');
      missing = headEnd + 4 + BODY_BYTES;
    }
    missing -= bytes.length;
    if (missing > 0) return;
    missing = 0;
    answer(socket, 0);
  });
}

function answer(socket: Socket, token: number): void {
  if (socket.destroyed) return;
  if (token === 0) {
    socket.write(
      'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n',
    );
  }
  if (token < TOKENS) {
    socket.write(chunkOf(`{"choices":[{"index":0,"delta":{"content":" w${token}"}}]}`));
    setImmediate(answer, socket, token + 1);
    return;
  }
  socket.write(chunkOf('{"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}'));
  socket.write(chunkOf(`{"choices":[],"usage":{"completion_tokens":${TOKENS}}}`));
  socket.write(chunkOf('[DONE]'));
  socket.write('0\r\n\r\n');
}

function chunkOf(data: string): string {
  const event = `data: ${data}\n\n`;
  return `${event.length.toString(16)}\r\n${event}\r\n`;
}
