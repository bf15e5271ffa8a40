import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { SseParser } from './sse-parser.ts';
import { cutsOf, everyCut, parseAll, readText, type SeenEvent } from '../test/streams.ts';

type Vector = [
  name: string,
  input: string,
  events: (string | ({ event?: string } & Partial<SeenEvent>))[],
];

const vectors = readText('sse-vectors.jsonl')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Vector);

const bytesOf = (text: string) => new TextEncoder().encode(text);
describe('SseParser gives the events of the grammar, however the bytes are cut', () => {
  test('all vectors are there', () => {
    expect(vectors).toHaveLength(33);
  });

  test.each(vectors)('%s', (_name, input, expected) => {
    const bytes = bytesOf(input);
    const events = expected.map((event) => {
      if (typeof event === 'string') return { type: 'message', data: event };
      // Vectors say the ids too, which this parser does not keep.
      const { event: type = 'message', data } = event;
      return { type, data };
    });
    const whole = parseAll(bytes, []);
    expect(whole.events).toEqual(events);
    for (const [cut, cuts] of everyCut(bytes.length)) {
      const { events, others } = parseAll(bytes, cuts);
      expect({ cut, events, others }).toEqual({ cut, events: whole.events, others: whole.others });
    }
    fc.assert(
      fc.property(cutsOf(bytes.length), (cuts) => {
        expect(parseAll(bytes, cuts).events).toEqual(events);
      }),
      { numRuns: 50 },
    );
  });
});

const pieces = [
  ...['data', 'event', 'id', 'retry', 'data:', 'data: ', ':', ' ', 'x', '5', '\0', 'é', '🙂'],
  ...['\n', '\n', '\n\n', '\r', '\r\n', '\r\r'],
].map(bytesOf);
const brokenPieces = [
  [0xef],
  [0xbb],
  [0xbf],
  [0xef, 0xbb, 0xbf],
  [0xe6, 0xbc],
  [0xf0, 0x9f],
  [0xff],
  [0xc0],
];
const soup = fc
  .array(fc.constantFrom(...pieces, ...brokenPieces.map((piece) => Uint8Array.from(piece))), {
    maxLength: 40,
  })
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

test('SseParser agrees with the standard’s steps, done on the whole text at once', () => {
  fc.assert(
    fc.property(
      soup.chain((bytes) => fc.tuple(fc.constant(bytes), cutsOf(bytes.length))),
      ([bytes, cuts]) => {
        expect(parseAll(bytes, cuts).events).toEqual(readByTheBook(bytes));
      },
    ),
    { numRuns: 5000 },
  );
});

/** WHATWG HTML 9.2.5 and 9.2.6, step by step: decode the stream, cut it into lines, read them. */
function readByTheBook(bytes: Uint8Array): SeenEvent[] {
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\r|\n/);
  const events: SeenEvent[] = [];
  let [data, type] = ['', ''];
  for (const line of lines.slice(0, -1)) {
    if (line === '') {
      if (data !== '') {
        events.push({ type: type || 'message', data: data.slice(0, -1) });
      }
      [data, type] = ['', ''];
      continue;
    }
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/su.exec(line) ?? [];
    if (name === 'data') data += `${value}\n`;
    if (name === 'event') type = value;
  }
  return events;
}

const bytewise: [behaviour: string, input: (string | number[])[], data: string[]][] = [
  [
    'replaces a byte that is no UTF-8 and goes on',
    ['data: a', [0xff], 'b\n\ndata: c\n\n'],
    ['a\ufffdb', 'c'],
  ],
  [
    'replaces a character cut by a line end',
    ['data: a', [0xe6, 0xbc], '\n\ndata: c\n\n'],
    ['a\ufffd', 'c'],
  ],
  ['replaces each byte of an overlong form', ['data: ', [0xc0, 0xaf], '\n\n'], ['\ufffd\ufffd']],
  ['drops a BOM at the very start', [[0xef, 0xbb, 0xbf], 'data: a\n\n'], ['a']],
  ['drops one BOM only', [[0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], 'data: a\n\ndata: b\n\n'], ['b']],
  ['keeps a BOM at the start of a value', ['data: ', [0xef, 0xbb, 0xbf], 'a\n\n'], ['\ufeffa']],
  ['takes two bytes of a BOM as text', [[0xef, 0xbb], 'data: a\n\ndata: b\n\n'], ['b']],
  ['knows no other charset', ['data: ', [0xe9], '\n\n'], ['\ufffd']],
];

test.each(bytewise)('SseParser %s', (_behaviour, input, data) => {
  const bytes = Uint8Array.from(
    input.flatMap((part) => [...(typeof part === 'string' ? bytesOf(part) : part)]),
  );
  for (const [cut, cuts] of everyCut(bytes.length)) {
    const seen = parseAll(bytes, cuts).events.map((event) => event.data);
    expect({ cut, seen }).toEqual({ cut, seen: data });
  }
});

const besides: [behaviour: string, input: string, others: unknown[]][] = [
  [
    'reports comments without colon and space',
    ': ping\n:pong\n:\n\n',
    [
      { comment: 'ping', after: 0 },
      { comment: 'pong', after: 0 },
      { comment: '', after: 0 },
      { empty: 'message', after: 0 },
    ],
  ],
  [
    'reports a name without data behind its comment',
    'data: a\n\nevent: error\n: "gone"\n\n',
    [
      { comment: '"gone"', after: 1 },
      { empty: 'error', after: 1 },
    ],
  ],
  [
    'reports nothing of a retry',
    'retry: 1500\nretry: 2x\nretry\nretry:-1\n\n',
    [{ empty: 'message', after: 0 }],
  ],
  ['reports nothing for blank lines', '\n\r\n\r\r\n', []],
];

test.each(besides)('SseParser %s', (_behaviour, input, others) => {
  const bytes = bytesOf(input);
  for (const [cut, cuts] of everyCut(bytes.length)) {
    expect({ cut, others: parseAll(bytes, cuts).others }).toEqual({ cut, others });
  }
});

test('SseParser closes a line at a lone CR, without waiting for what follows', () => {
  const bytes = bytesOf('data: a\r\r');
  expect(parseAll(bytes, []).events).toHaveLength(1);
});

const sized: [behaviour: string, input: string, events: number, tooLarge: boolean][] = [
  ['takes a data line of the size of the cap', 'data: 3456\n\n', 1, false],
  ['refuses a data line one byte longer', 'data: 34567\n\n', 0, true],
  ['refuses a line that does not end', 'data: 34567', 0, true],
  ['adds up the data lines of an event', 'data: 3\ndata\n\n', 0, true],
  ['allows data and a line of the size of the cap', 'data: 3\n: a\n\n', 1, false],
  ['adds up data and the line under way', 'data: 3\n: ab', 0, true],
  ['begins anew with each event', 'data: 3\n\ndata: 4\n\n: c\n: c\n: c\n: c\n\n', 2, false],
  ['keeps the events before', 'data: 3\n\ndata: 34567\n\ndata: 4\n\n', 1, true],
  ['refuses a comment above the cap', 'data: 3\n\n:2345678901\n\ndata: 4\n\n', 1, true],
];

test.each(sized)('SseParser %s', (_behaviour, input, count, tooLarge) => {
  const bytes = bytesOf(input);
  for (const [cut, cuts] of everyCut(bytes.length)) {
    const { events, others } = parseAll(bytes, cuts, 10);
    const failures = others.filter((other) => Object.hasOwn(other as object, 'tooLarge'));
    expect({ cut, count: events.length, failures: failures.length }).toEqual({
      cut,
      count,
      failures: tooLarge ? 1 : 0,
    });
  }
});

test(
  'SseParser reads a line of 1 MB that comes byte by byte in linear time',
  { timeout: 10_000 },
  () => {
    // Joined anew for each byte it would be 5 × 10¹¹ bytes copied: not within the timeout.
    const data: number[] = [];
    const parser = new SseParser({
      onEvent: (_type, text) => data.push(text.length),
      onTooLarge: () => data.push(-1),
    });
    parser.push(bytesOf('data: '));
    const piece = bytesOf('x');
    for (let i = 0; i < 1_000_000; i += 1) parser.push(piece);
    parser.push(bytesOf('\n\ndata: b\n\n'));
    expect(data).toEqual([1_000_000, 1]);
  },
);

test('SseParser.read() stops behind each blank line', () => {
  const bytes = Buffer.from('\ndata: a\n\n: c\n\ndata: b\ndata: c');
  const parser = new SseParser({ onEvent: () => undefined, onTooLarge: () => undefined });
  const stops: [index: number, isBetweenEvents: boolean][] = [];
  for (let at = 0; at < bytes.length;) {
    at = parser.read(bytes, at);
    stops.push([at, parser.isBetweenEvents]);
  }
  expect(stops).toEqual([
    [1, true],
    [10, true],
    [15, true],
    [bytes.length, false],
  ]);
});
