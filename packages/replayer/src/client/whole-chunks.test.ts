import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  AT_CHUNK,
  endOfChunk,
  endOfData,
  followChunks,
  LOST,
  startOfData,
} from './whole-chunks.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

const plain: [behaviour: string, read: string, pieces: string[], rest: string][] = [
  ['a chunk', '5\r\nhello\r\n', ['hello'], ''],
  ['two chunks', '1\r\na\r\n00B\r\nb b b b b b\r\n', ['a', 'b b b b b b'], ''],
  ['data that looks like chunks', '7\r\n1\r\na\r\n\r\r\n', ['1\r\na\r\n\r'], ''],
  ['a chunk and the last one', '1\r\na\r\n0\r\n\r\n', ['a'], '0\r\n\r\n'],
  ['a chunk and a half', '1\r\na\r\n1\r\n', ['a'], '1\r\n'],
];

/** Nothing of these is a whole chunk with data. */
const other: [behaviour: string, read: string][] = [
  ['the last chunk', '0\r\n\r\n'],
  ['a chunk cut in its size', '5'],
  ['a chunk cut behind its size', '5\r\n'],
  ['a chunk cut in its data', '5\r\nhell'],
  ['a chunk cut in its line end', '5\r\nhello\r'],
  ['an extension', '1;a=b\r\na\r\n'],
  ['a space behind the size', '1 \r\na\r\n'],
  ['a size without digits', '\r\na\r\n'],
  ['a size that is no number', 'g\r\na\r\n'],
  ['a negative size', '-1\r\na\r\n'],
  ['a size beyond all bounds', 'fffffffffff\r\na\r\n'],
  ['a bare line feed', '1\na\r\n'],
  ['more data than the size says', '1\r\nab\r\n'],
];

/** The data of each whole chunk, and what stands behind them. */
function piecesOf(read: Buffer, count = read.length): { pieces: string[]; rest: string } {
  const pieces: string[] = [];
  let at = 0;
  for (let end = endOfChunk(read, at, count); end !== -1; end = endOfChunk(read, at, count)) {
    pieces.push(read.toString('latin1', startOfData(read, at), endOfData(end)));
    at = end;
  }
  return { pieces, rest: read.toString('latin1', at, count) };
}

test.each(plain)('endOfChunk() finds the end of %s', (_behaviour, read, pieces, rest) => {
  expect(piecesOf(bytes(read))).toEqual({ pieces, rest });
});

test.each(other)('endOfChunk() leaves %s to the full parser', (_behaviour, read) => {
  expect(endOfChunk(bytes(read), 0, read.length)).toBe(-1);
});

test.each([...plain, ...other])(
  'endOfChunk() looks at no byte beyond the read, as with %s',
  (_behaviour, read, pieces: string[] = [], rest = read) => {
    // Behind the read lie the ends of longer ones that came before.
    for (const behind of ['\n1\r\nx\r\n0\r\n\r\n', 'o\r\n', '\r\n', '\r\nx\r\n', '1\r\na\r\n']) {
      expect(piecesOf(bytes(read + behind), read.length)).toEqual({ pieces, rest });
    }
  },
);

const lost: [behaviour: string, read: string][] = [
  ['the end of the body', '1\r\na\r\n0\r\n'],
  ['an extension', '1;a=b\r\n'],
  ['a size that is no number', '1\r\na\r\nx'],
  ['a size beyond all bounds', 'fffffffffff'],
  ['an empty size line', '\r\n'],
  ['a carriage return alone', '1\ra'],
];

test.each(lost)('followChunks() is lost at %s, and stays so', (_behaviour, read) => {
  const place = followChunks(AT_CHUNK, bytes(read), 0);
  expect(place).toBe(LOST);
  expect(followChunks(place, bytes('1\r\na\r\n'), 0)).toBe(LOST);
});

const chunk = fc.record({
  data: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  zeros: fc.nat(2),
  isUpper: fc.boolean(),
});
type ChunkToWrite = { data: Uint8Array; zeros: number; isUpper: boolean };

function write({ data, zeros, isUpper }: ChunkToWrite): Buffer {
  const digits = data.length.toString(16);
  const size = '0'.repeat(zeros) + (isUpper ? digits.toUpperCase() : digits);
  return Buffer.concat([bytes(`${size}\r\n`), data, bytes('\r\n')]);
}

test('a body in any chunks, cut anywhere: a read holds the chunks that begin and end in it, and its rest begins one', () => {
  fc.assert(
    fc.property(
      fc.array(chunk, { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat(600), { maxLength: 12 }),
      fc.nat(20),
      (chunks, cuts, before) => {
        const written = chunks.map(write);
        const ends = new Set([0]);
        for (const each of written) ends.add(Math.max(...ends) + each.length);
        const wire = Buffer.concat(written);
        const inside = cuts.filter((at) => at < wire.length);
        const bounds = [...new Set([0, ...inside, wire.length])].sort((a, b) => a - b);
        let place = AT_CHUNK;
        bounds.slice(1).forEach((end, i) => {
          const start = bounds[i] ?? 0;
          const read = wire.subarray(start, end);
          expect(place === AT_CHUNK).toBe(ends.has(start));
          if (place === AT_CHUNK) {
            const within = [...ends].filter((at) => at > start && at <= end);
            const { pieces, rest } = piecesOf(read);
            expect(pieces).toHaveLength(within.length);
            expect(end - rest.length).toBe(Math.max(start, ...within));
          }
          place = followChunks(place, Buffer.concat([Buffer.alloc(before), read]), before);
        });
        expect(place).toBe(AT_CHUNK);
        expect(piecesOf(wire)).toEqual({
          pieces: chunks.map(({ data }) => Buffer.from(data).toString('latin1')),
          rest: '',
        });
      },
    ),
    { numRuns: 500 },
  );
});
