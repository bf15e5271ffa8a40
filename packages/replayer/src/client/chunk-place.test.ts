import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  areWholeChunks,
  AT_CHUNK,
  endOfChunk,
  endOfData,
  followChunks,
  LOST,
  startOfData,
} from './chunk-place.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

const plain: [behaviour: string, read: string, pieces: string[] | undefined][] = [
  ['a chunk', '5\r\nhello\r\n', ['hello']],
  ['two chunks', '1\r\na\r\n00B\r\nb b b b b b\r\n', ['a', 'b b b b b b']],
  ['data that looks like chunks', '7\r\n1\r\na\r\n\r\r\n', ['1\r\na\r\n\r']],
  ['the last chunk', '0\r\n\r\n', undefined],
  ['a chunk and the last one', '1\r\na\r\n0\r\n\r\n', undefined],
  ['a chunk cut in its size', '5', undefined],
  ['a chunk cut behind its size', '5\r\n', undefined],
  ['a chunk cut in its data', '5\r\nhell', undefined],
  ['a chunk cut in its line end', '5\r\nhello\r', undefined],
  ['a chunk and a half', '1\r\na\r\n1\r\n', undefined],
  ['an extension', '1;a=b\r\na\r\n', undefined],
  ['a space behind the size', '1 \r\na\r\n', undefined],
  ['a size without digits', '\r\na\r\n', undefined],
  ['a size that is no number', 'g\r\na\r\n', undefined],
  ['a negative size', '-1\r\na\r\n', undefined],
  ['a size beyond all bounds', 'fffffffffff\r\na\r\n', undefined],
  ['a bare line feed', '1\na\r\n', undefined],
  ['more data than the size says', '1\r\nab\r\n', undefined],
];

/** The data of each chunk, if the read is whole chunks and nothing else. */
function piecesOf(read: Buffer): string[] | undefined {
  if (!areWholeChunks(read)) return undefined;
  const pieces: string[] = [];
  for (let at = 0, end; at < read.length; at = end) {
    end = endOfChunk(read, at);
    pieces.push(read.toString('latin1', startOfData(read, at), endOfData(end)));
  }
  return pieces;
}

test.each(plain)('areWholeChunks() knows %s', (_behaviour, read, pieces) => {
  expect(piecesOf(bytes(read))).toEqual(pieces);
});

test.each(plain)(
  'areWholeChunks() looks at no byte beyond the read, as with %s',
  (_b, read, pieces) => {
    const longer = bytes(`${read}1\r\nx\r\n0\r\n\r\n`);
    expect(piecesOf(longer.subarray(0, read.length))).toEqual(pieces);
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

test('a body in any chunks, cut anywhere, is whole chunks exactly where both ends of a read are ends of chunks', () => {
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
          if (place === AT_CHUNK) expect(areWholeChunks(read)).toBe(ends.has(end));
          place = followChunks(place, Buffer.concat([Buffer.alloc(before), read]), before);
        });
        expect(place).toBe(AT_CHUNK);
        expect(piecesOf(wire)).toEqual(
          chunks.map(({ data }) => Buffer.from(data).toString('latin1')),
        );
      },
    ),
    { numRuns: 500 },
  );
});
