/**
 * Where in a chunked body (RFC 9112, section 7.1) the next byte of its connection lies, as one
 * number, so that it costs an open stream one field: 0 where a chunk begins, or how many bytes are
 * left of the chunk under way and the line end behind it, or one of the negative numbers below.
 */
export type ChunkPlace = number;

export const AT_CHUNK: ChunkPlace = 0;
/**
 * The body has ended, or holds what is only known to the full parser: extensions, trailers, errors.
 */
export const LOST: ChunkPlace = -1;
/** From here on down: within the line that tells a chunk's size, with the size so far. */
const IN_SIZE_LINE = -2;

const CR = 0x0d;
const LF = 0x0a;
const LINE_END_BYTES = 2;
/** Larger ones are left to the full parser. */
const MOST_CHUNK_BYTES = 2 ** 27;

function inSizeLine(size: number, isAfterCr: boolean): ChunkPlace {
  return IN_SIZE_LINE - size * 2 - (isAfterCr ? 1 : 0);
}

/**
 * @param place where the byte at `from` lies
 * @returns where the byte behind `bytes` lies
 */
export function followChunks(place: ChunkPlace, bytes: Uint8Array, from: number): ChunkPlace {
  let next = place;
  for (let at = from; at < bytes.length && next !== LOST;) {
    if (next > 0) {
      const skipped = Math.min(next, bytes.length - at);
      at += skipped;
      next -= skipped;
    } else {
      next = followSizeLine(next, bytes[at] ?? 0);
      at += 1;
    }
  }
  return next;
}

function followSizeLine(place: ChunkPlace, byte: number): ChunkPlace {
  const isEmpty = place === AT_CHUNK;
  const size = isEmpty ? 0 : (IN_SIZE_LINE - place) >> 1;
  const isAfterCr = !isEmpty && ((IN_SIZE_LINE - place) & 1) === 1;
  if (isAfterCr) return byte === LF && size > 0 ? size + LINE_END_BYTES : LOST;
  if (byte === CR) return isEmpty ? LOST : inSizeLine(size, true);
  const digit = hexDigit(byte);
  const grown = size * 16 + digit;
  return digit === -1 || grown > MOST_CHUNK_BYTES ? LOST : inSizeLine(grown, false);
}

/** Where the data of the whole chunk that begins at `at` begins. */
export function startOfData(bytes: Uint8Array, at: number): number {
  let start = at + 1;
  while (bytes[start] !== LF) start += 1;
  return start + 1;
}

/** Where the data of the whole chunk that ends before `end` ends. */
export function endOfData(end: number): number {
  return end - LINE_END_BYTES;
}

/**
 * The index behind the chunk with data that begins at `at`; -1 if it is not there as a whole,
 * or not plain.
 */
export function endOfChunk(bytes: Uint8Array, at: number): number {
  let size = 0;
  let next = at;
  for (let digit = hexDigit(bytes[next]); digit !== -1; digit = hexDigit(bytes[next])) {
    size = size * 16 + digit;
    if (size > MOST_CHUNK_BYTES) return -1;
    next += 1;
  }
  if (size === 0 || bytes[next] !== CR || bytes[next + 1] !== LF) return -1;
  const end = next + LINE_END_BYTES + size + LINE_END_BYTES;
  // Behind the read there is nothing, which is no line end either.
  return bytes[end - 2] === CR && bytes[end - 1] === LF ? end : -1;
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
