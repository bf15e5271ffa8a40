import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

import type { RequestRecord } from '@trace-replay/metrics';
import { expect, test } from 'vitest';

import { send, tell, withListener } from '../test/perform-request.ts';

/** 8 needs Node 22, and 7.30.2 is the last of 7. */
const SUPPORTED_UNDICI = ['7.30.2'];

const TOKENS = 12;
const HEALTHY = `ok ${TOKENS} tokens`;
const STATUS_LINE = 'HTTP/1.1 200 OK\r\n';
const STATUS = `${STATUS_LINE}content-type: text/event-stream\r\n`;
const HEAD = `${STATUS}transfer-encoding: chunked\r\n\r\n`;
const LAST = '0\r\n\r\n';

const delta = (content: string, rest = '') =>
  `data: {"choices":[{"index":0,"delta":{"content":"${content}"}${rest}}]}\n\n`;
const chunk = (data: string) => `${data.length.toString(16)}\r\n${data}\r\n`;
const sizedHead = (body: string) => `${STATUS}content-length: ${body.length}\r\n\r\n`;

/** One token each, then usage and `[DONE]`. */
const eventsOf = (tokens: number) => [
  ...Array.from({ length: tokens - 1 }, (_, i) => delta(`t${i}`)),
  delta('end', ',"finish_reason":"length"'),
  `data: {"choices":[],"usage":{"prompt_tokens":2,"completion_tokens":${tokens}}}\n\n`,
  'data: [DONE]\n\n',
];
const EVENTS = eventsOf(TOKENS);
const CHUNKS = EVENTS.map(chunk);
const BODY = EVENTS.join('');

interface Answering {
  readonly pauseMs: number;
  /** The connection ends with the answer. */
  readonly closes?: boolean;
}

/** Answers each request with the writes that `answerOf` gives, a pause between two of them. */
function answering(
  answerOf: (request: number) => readonly string[],
  { pauseMs, closes = false }: Answering,
) {
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
        if (closes) socket.end();
      })();
    });
  };
}

/** Pieces of data that undici's parser hands out while `act` runs. */
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

const [FIRST, SECOND, THIRD, ...FROM_FOURTH] = CHUNKS as [string, string, string, ...string[]];
const FROM_THIRD = [THIRD, ...FROM_FOURTH];
const FROM_SECOND = [SECOND, ...FROM_THIRD];
const ALL = CHUNKS.length;
/** Size lines are lines that an event stream ignores. */
const LIKE_CHUNKS = [...CHUNKS.slice(0, -1), EVENTS.at(-1)!];
const EARLY_HINTS = 'HTTP/1.1 103 Early Hints\r\n\r\n';

const answers: [what: string, writes: readonly string[], through: number, expected: string][] = [
  ['chunks that come one by one', [HEAD, ...CHUNKS, LAST], 0, HEALTHY],
  ['chunks that come together', [HEAD, CHUNKS.join(''), LAST], 0, HEALTHY],
  ['a chunk that comes with the end', [HEAD, CHUNKS.join('') + LAST], 0, HEALTHY],
  ['a chunk that comes with the head', [HEAD + FIRST, ...FROM_SECOND, LAST], 1, HEALTHY],
  ['a whole answer in one piece', [HEAD + CHUNKS.join('') + LAST], ALL, HEALTHY],
  [
    'a chunk in two parts',
    [HEAD, FIRST, SECOND.slice(0, 9), SECOND.slice(9), ...FROM_THIRD, LAST],
    2,
    HEALTHY,
  ],
  [
    'a chunk cut in its size',
    [HEAD, FIRST, SECOND.slice(0, 1), SECOND.slice(1), ...FROM_THIRD, LAST],
    1,
    HEALTHY,
  ],
  [
    'the second of two chunks, in two parts',
    [HEAD, FIRST, SECOND + THIRD.slice(0, 9), THIRD.slice(9), ...FROM_FOURTH, LAST],
    2,
    HEALTHY,
  ],
  [
    'events cut by chunks',
    [HEAD, chunk(BODY.slice(0, 100)), chunk(BODY.slice(100)), LAST],
    0,
    HEALTHY,
  ],
  [
    'an extension, and all behind it',
    [HEAD, FIRST, SECOND.replace('\r\n', ';a=b\r\n'), ...FROM_THIRD, LAST],
    ALL - 1,
    HEALTHY,
  ],
  ['trailers', [HEAD, ...CHUNKS, '0\r\nx-a: b\r\nx-c: d\r\n\r\n'], 0, HEALTHY],
  ['a head in two parts', [HEAD.slice(0, 30), HEAD.slice(30), ...CHUNKS, LAST], ALL, HEALTHY],
  ['103 before the head', [EARLY_HINTS, HEAD, ...CHUNKS, LAST], ALL, HEALTHY],
  ['103 with the head', [EARLY_HINTS + HEAD, ...CHUNKS, LAST], ALL, HEALTHY],
  ['a body of known length', [sizedHead(BODY), ...EVENTS], ALL, HEALTHY],
  [
    'a body of known length that looks like chunks',
    [sizedHead(LIKE_CHUNKS.join('')), ...LIKE_CHUNKS],
    ALL,
    HEALTHY,
  ],
  ['a header twice', [STATUS + HEAD.slice(STATUS_LINE.length), ...CHUNKS, LAST], 0, HEALTHY],
  ['a bad size', [HEAD, FIRST, 'zz\r\n', LAST], 0, 'failed malformed'],
  ['100, which nobody asked for', ['HTTP/1.1 100 Continue\r\n\r\n'], 0, 'failed malformed'],
  [
    '101, which nobody asked for',
    ['HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
    0,
    'failed malformed',
  ],
  ['no HTTP', ['SSH-2.0-OpenSSH_9.6\r\n'], 0, 'failed malformed'],
];

test.each(answers)('a request reads %s', async (_what, writes, through, expected) => {
  await withListener(
    answering(() => writes, { pauseMs: 15 }),
    async (port) => {
      const pieces = await piecesThroughUndici(async () => {
        const records = await send(`http://127.0.0.1:${port}`, { outputTokens: TOKENS });
        expect(records.map(tell)).toEqual([expected]);
      });
      expect(pieces).toBe(through);
    },
  );
});

test('undici gets no chunk of a request that had to wait for the socket', async () => {
  await withListener(
    answering(() => [HEAD, ...CHUNKS, LAST], { pauseMs: 5 }),
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

/** Short, since it is cut at every byte. */
const FEW_TOKENS = 2;
const FEW_EVENTS = eventsOf(FEW_TOKENS);
const SHORT_BODY = FEW_EVENTS.join('');

const framings: [framing: string, answer: string, closes: boolean][] = [
  ['chunked', HEAD + FEW_EVENTS.map(chunk).join('') + LAST, false],
  ['of known length', sizedHead(SHORT_BODY) + SHORT_BODY, false],
  ['ended by the connection', `${STATUS}connection: close\r\n\r\n${SHORT_BODY}`, true],
];

test.each(framings)(
  'an answer that is %s is read the same wherever it is cut',
  async (_framing, answer, closes) => {
    const cuts = Array.from({ length: answer.length + 1 }, (_, at) => at);
    let sockets = 0;
    const answerOf = (at: number) => [answer.slice(0, at), answer.slice(at)];
    const serve = answering(answerOf, { pauseMs: 1, closes });
    await withListener(
      (socket) => {
        sockets += 1;
        serve(socket);
      },
      async (port) => {
        const records = await send(`http://127.0.0.1:${port}`, {
          outputTokens: FEW_TOKENS,
          requests: cuts.length,
          // A busy machine is no fault of the answer's; one that is lost never ends.
          deadlines: { totalMs: 20_000 },
        });
        expect(records.map(tell)).toEqual(cuts.map(() => `ok ${FEW_TOKENS} tokens`));
        expect(records.map(({ content_ns: contentNs = [] }) => contentNs.length)).toEqual(
          cuts.map(() => FEW_TOKENS),
        );
      },
    );
    expect(sockets).toBe(closes ? cuts.length : 1);
  },
);

/** Where an answer may break off, and what it then is. */
const breaks: [where: string, before: string, expected: string][] = [
  ['in the status line', HEAD.slice(0, 9), 'failed reset'],
  ['behind 103', EARLY_HINTS, 'failed reset'],
  ['behind the head', HEAD, 'failed truncated'],
  ['in a size', `${HEAD}${CHUNKS[0]!}1`, 'failed truncated'],
  ['in a chunk', `${HEAD}${CHUNKS[0]!.slice(0, 20)}`, 'failed truncated'],
  ['between chunks', HEAD + CHUNKS[0]!, 'failed truncated'],
  ['in a body of known length', sizedHead(BODY) + EVENTS[0]!, 'failed truncated'],
  ['behind all events', HEAD + CHUNKS.join(''), `${HEALTHY} lost_after_finish`],
];

test.each(
  breaks.flatMap(([where, before, expected]) => [
    [where, 'end', before, expected] as const,
    [where, 'resetAndDestroy', before, expected] as const,
  ]),
)('an answer that breaks off %s by %s', async (_where, how, before, expected) => {
  const breakOff = (socket: Socket) =>
    socket.once('data', () => {
      // A reset overtakes what the peer has not read yet.
      socket.write(before, 'latin1', () => void setTimeout(20).then(() => socket[how]()));
    });
  const [record] = await withListener(breakOff, (port) =>
    send(`http://127.0.0.1:${port}`, { outputTokens: TOKENS }),
  );
  expect(tell(record as RequestRecord)).toBe(expected);
});

const MANY_WORDS = 4_000_000;

test.each([
  ['413', 'HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n', 'failed http_status 413'],
  ['a whole answer', HEAD + CHUNKS.join('') + LAST, HEALTHY],
])('%s that comes before the body was read is the answer', async (_what, answer, expected) => {
  const answerEarly = (socket: Socket) =>
    socket.once('data', () => {
      socket.pause();
      socket.write(answer, 'latin1');
    });
  const records = await withListener(answerEarly, (port) =>
    send(`http://127.0.0.1:${port}`, {
      outputTokens: TOKENS,
      promptWords: MANY_WORDS,
      requests: 2,
    }),
  );
  expect(records.map(tell)).toEqual([expected, expected]);
  // The rest of the body would be read as the next request.
  expect(records).toMatchObject([{ socket_new: true }, { socket_new: true }]);
  expect(records[0]).not.toHaveProperty('flushed_ns');
});

test('undici is the release that this was tested with', () => {
  const { version } = createRequire(import.meta.url)('undici/package.json') as { version: string };
  // Before another one is added: docs/decisions/0002 says what of undici all this rests on.
  expect(SUPPORTED_UNDICI).toContain(version);
});
