import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

import type { RequestRecord } from '@trace-replay/metrics';
import { expect, test } from 'vitest';

import { send, tell, withListener } from '../test/perform-request.ts';

const TOKENS = 12;
const HEALTHY = `ok ${TOKENS} tokens`;

const delta = (content: string, rest = '') =>
  `data: {"choices":[{"index":0,"delta":{"content":"${content}"}${rest}}]}\n\n`;
const chunk = (data: string) => `${data.length.toString(16)}\r\n${data}\r\n`;

/** One token each, then usage and `[DONE]`. */
const EVENTS = [
  ...Array.from({ length: TOKENS - 1 }, (_, i) => delta(`t${i}`)),
  delta('end', ',"finish_reason":"length"'),
  `data: {"choices":[],"usage":{"prompt_tokens":2,"completion_tokens":${TOKENS}}}\n\n`,
  'data: [DONE]\n\n',
];
const CHUNKS = EVENTS.map(chunk);
const BODY = EVENTS.join('');

const STATUS = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n';
const HEAD = `${STATUS}transfer-encoding: chunked\r\n\r\n`;
const LAST = '0\r\n\r\n';
const SIZED_HEAD = `${STATUS}content-length: ${BODY.length}\r\n\r\n`;
const CLOSING_HEAD = `${STATUS}connection: close\r\n\r\n`;

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

const answers: [behaviour: string, writes: readonly string[], expected: string][] = [
  ['chunks that come one by one', [HEAD, ...CHUNKS, LAST], HEALTHY],
  ['a first chunk with the head', [HEAD + CHUNKS[0]!, ...CHUNKS.slice(1), LAST], HEALTHY],
  ['chunks that come together', [HEAD, CHUNKS.join(''), LAST], HEALTHY],
  ['a whole answer in one piece', [HEAD + CHUNKS.join('') + LAST], HEALTHY],
  [
    'events cut by chunks',
    [HEAD, chunk(BODY.slice(0, 100)), chunk(BODY.slice(100)), LAST],
    HEALTHY,
  ],
  [
    'chunk extensions',
    [HEAD, ...CHUNKS.map((each) => each.replace('\r\n', ';a=b\r\n')), LAST],
    HEALTHY,
  ],
  ['trailers', [HEAD, ...CHUNKS, '0\r\nx-a: b\r\nx-c: d\r\n\r\n'], HEALTHY],
  ['a head in two parts', [HEAD.slice(0, 30), HEAD.slice(30), ...CHUNKS, LAST], HEALTHY],
  [
    '103 before the head',
    ['HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n', HEAD, ...CHUNKS, LAST],
    HEALTHY,
  ],
  ['103 with the head', [`HTTP/1.1 103 Early Hints\r\n\r\n${HEAD}`, ...CHUNKS, LAST], HEALTHY],
  ['102 twice', ['HTTP/1.1 102 Processing\r\n\r\n'.repeat(2), HEAD, ...CHUNKS, LAST], HEALTHY],
  ['a body of known length', [SIZED_HEAD, ...EVENTS], HEALTHY],
  ['a header twice', [STATUS + HEAD.slice('HTTP/1.1 200 OK\r\n'.length), ...CHUNKS, LAST], HEALTHY],
  ['a bad size, which is malformed', [HEAD, CHUNKS[0]!, 'zz\r\n', LAST], 'failed malformed'],
  ['100, which nobody asked for', ['HTTP/1.1 100 Continue\r\n\r\n', HEAD], 'failed malformed'],
  [
    '101, which nobody asked for',
    ['HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
    'failed malformed',
  ],
  ['what is no HTTP', ['SSH-2.0-OpenSSH_9.6\r\n'], 'failed malformed'],
];

test.each(answers)('a request reads %s', async (_behaviour, writes, expected) => {
  await withListener(
    answering(() => writes, { pauseMs: 3 }),
    async (port) => {
      const records = await send(`http://127.0.0.1:${port}`, { outputTokens: TOKENS });
      expect(records.map(tell)).toEqual([expected]);
    },
  );
});

const framings: [framing: string, answer: string, closes: boolean][] = [
  ['chunked', HEAD + CHUNKS.join('') + LAST, false],
  ['of known length', SIZED_HEAD + BODY, false],
  ['ended by the connection', CLOSING_HEAD + BODY, true],
];

test.each(framings)(
  'an answer that is %s is read the same wherever it is cut',
  async (_framing, answer, closes) => {
    const cuts = Array.from({ length: answer.length + 1 }, (_, at) => at);
    let sockets = 0;
    const serve = answering((at) => [answer.slice(0, at), answer.slice(at)], {
      pauseMs: 1,
      closes,
    });
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
    expect(sockets).toBe(closes ? cuts.length : 1);
  },
);

/** Where an answer may break off, and what it then is. */
const breaks: [where: string, before: string, expected: string][] = [
  ['in the status line', HEAD.slice(0, 9), 'failed reset'],
  ['behind the head', HEAD, 'failed truncated'],
  ['in a size', `${HEAD}${CHUNKS[0]!}1`, 'failed truncated'],
  ['in a chunk', `${HEAD}${CHUNKS[0]!.slice(0, 20)}`, 'failed truncated'],
  ['between chunks', HEAD + CHUNKS[0]!, 'failed truncated'],
  ['in a body of known length', SIZED_HEAD + EVENTS[0]!, 'failed truncated'],
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
