import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { send, tell, withListener } from '../test/perform-request.ts';

const HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const LAST = '0\r\n\r\n';
const TOKENS = 12;

const delta = (content: string, rest = '') =>
  `data: {"choices":[{"index":0,"delta":{"content":"${content}"}${rest}}]}\n\n`;
const chunk = (data: string) => `${data.length.toString(16)}\r\n${data}\r\n`;

/** Each token in a chunk of its own, then usage, `[DONE]` and the end. */
const CHUNKS = [
  ...Array.from({ length: TOKENS - 1 }, (_, i) => delta(`t${i}`)),
  delta('end', ',"finish_reason":"length"'),
  `data: {"choices":[],"usage":{"prompt_tokens":2,"completion_tokens":${TOKENS}}}\n\n`,
  'data: [DONE]\n\n',
].map(chunk);

/** Pieces of data that undici's parser has handed out while `act` ran. */
async function piecesThroughUndici(act: () => Promise<void>): Promise<number> {
  let pieces = 0;
  const count = () => {
    pieces += 1;
  };
  subscribe('undici:request:bodyChunkReceived', count);
  try {
    await act();
  } finally {
    unsubscribe('undici:request:bodyChunkReceived', count);
  }
  return pieces;
}

/**
 * Answers each request with the writes that `answerOf` gives for it, a pause between two of them.
 */
function answering(answerOf: (request: number) => readonly string[], pauseMs: number) {
  let requests = 0;
  return (socket: Socket) => {
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      if (!bytes.toString('latin1').startsWith('POST')) return;
      void (async () => {
        for (const [i, text] of answerOf(requests++).entries()) {
          if (i > 0) await setTimeout(pauseMs);
          if (text !== '') socket.write(text, 'latin1');
        }
      })();
    });
  };
}

const HEALTHY = `ok ${TOKENS} tokens`;
const PER_CHUNK = [...CHUNKS, LAST];
const ANSWER = HEAD + PER_CHUNK.join('');

const routes: [behaviour: string, writes: readonly string[], through: number, expected: string][] =
  [
    ['nothing of chunks that came one by one', [HEAD, ...PER_CHUNK], 0, HEALTHY],
    [
      'a first chunk that came with the head',
      [HEAD + CHUNKS[0]!, ...PER_CHUNK.slice(1)],
      1,
      HEALTHY,
    ],
    [
      'nothing of a chunk that came with the end',
      [HEAD, ...CHUNKS.slice(0, -1), CHUNKS.at(-1)! + LAST],
      0,
      HEALTHY,
    ],
    [
      'the second of two chunks, in the two parts that it came in',
      [
        HEAD,
        CHUNKS[0]!,
        CHUNKS[1]! + CHUNKS[2]!.slice(0, 9),
        CHUNKS[2]!.slice(9),
        ...PER_CHUNK.slice(3),
      ],
      2,
      HEALTHY,
    ],
    ['nothing of chunks that came together', [HEAD, CHUNKS.join(''), LAST], 0, HEALTHY],
    [
      'a chunk in two parts, and no other',
      [HEAD, CHUNKS[0]!, CHUNKS[1]!.slice(0, 9), CHUNKS[1]!.slice(9), ...PER_CHUNK.slice(2)],
      2,
      HEALTHY,
    ],
    [
      'a chunk cut in its size, and no other',
      [HEAD, CHUNKS[0]!, CHUNKS[1]!.slice(0, 1), CHUNKS[1]!.slice(1), ...PER_CHUNK.slice(2)],
      1,
      HEALTHY,
    ],
    [
      'everything behind an extension',
      [HEAD, CHUNKS[0]!, CHUNKS[1]!.replace('\r\n', ';a=b\r\n'), ...PER_CHUNK.slice(2)],
      CHUNKS.length - 1,
      HEALTHY,
    ],
    [
      'all where the head came in two parts',
      [HEAD.slice(0, 30), HEAD.slice(30), ...PER_CHUNK],
      CHUNKS.length,
      HEALTHY,
    ],
    [
      'all where another head came before',
      [`HTTP/1.1 103 Early Hints\r\n\r\n${HEAD}`, ...PER_CHUNK],
      CHUNKS.length,
      HEALTHY,
    ],
    ['a bad size, which is malformed', [HEAD, CHUNKS[0]!, 'zz\r\n', LAST], 0, 'failed malformed'],
  ];

test.each(routes)('undici gets %s', async (_behaviour, writes, through, expected) => {
  await withListener(
    answering(() => writes, 25),
    async (port) => {
      const pieces = await piecesThroughUndici(async () => {
        const records = await send(`http://127.0.0.1:${port}`, { outputTokens: TOKENS });
        expect(records.map(tell)).toEqual([expected]);
      });
      expect(pieces).toBe(through);
    },
  );
});

test('undici gets nothing of the chunks of a request that had to wait for the socket', async () => {
  await withListener(
    answering(() => [HEAD, ...PER_CHUNK], 5),
    async (port) => {
      const pieces = await piecesThroughUndici(async () => {
        const asking = { outputTokens: TOKENS, requests: 3, atOnce: true, maxConnections: 1 };
        const records = await send(`http://127.0.0.1:${port}`, asking);
        expect(records.map(tell)).toEqual([HEALTHY, HEALTHY, HEALTHY]);
      });
      expect(pieces).toBe(0);
    },
  );
});

test('an answer that is cut anywhere is read the same, and its socket is used again', async () => {
  const cuts = Array.from({ length: ANSWER.length + 1 }, (_, at) => at);
  const answerOf = (request: number) => [ANSWER.slice(0, request), ANSWER.slice(request)];
  let sockets = 0;
  const serve = answering(answerOf, 1);
  await withListener(
    (socket) => {
      sockets += 1;
      serve(socket);
    },
    async (port) => {
      const records = await send(`http://127.0.0.1:${port}`, {
        outputTokens: TOKENS,
        requests: cuts.length,
      });
      expect(records.map(tell)).toEqual(cuts.map(() => HEALTHY));
      expect(records.map(({ content_ns: contentNs = [] }) => contentNs.length)).toEqual(
        cuts.map(() => TOKENS),
      );
    },
  );
  expect(sockets).toBe(1);
});
