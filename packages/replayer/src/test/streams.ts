import { readdirSync, readFileSync } from 'node:fs';

import fc from 'fast-check';

import { type Answer, type AnswerOptions, AnswerParser } from '../stream/answer.ts';
import { SseParser } from '../stream/sse-parser.ts';

const FOLDER = new URL('../../../../fixtures/streams/', import.meta.url);

/** A stream of our own making, and what each of its events and the whole of it mean. */
export interface StreamFixture {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** One for each event; `malformed` without its detail. */
  readonly events: readonly { readonly kind: string }[];
  readonly answer: ExpectedAnswer;
}

export interface ExpectedAnswer {
  /** Indexes of the events that carry content. */
  readonly contentEvents: readonly number[];
  readonly contentTokens?: readonly number[];
  /** A part of the message. */
  readonly malformed?: string;
  readonly [field: string]: unknown;
}

export function readStreamFixtures(): StreamFixture[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.sse'));
  return names.map((file) => {
    const name = file.slice(0, -'.sse'.length);
    const expected = JSON.parse(readText(`${name}.json`)) as Pick<
      StreamFixture,
      'events' | 'answer'
    >;
    return { ...expected, name, bytes: new Uint8Array(readFileSync(new URL(file, FOLDER))) };
  });
}

export function readText(file: string): string {
  return readFileSync(new URL(file, FOLDER), 'utf8');
}

/** Ways to cut `length` bytes into reads: where the reads end, ascending, without the last end. */
export function everyCut(length: number): [name: string, cuts: readonly number[]][] {
  const bytewise = Array.from({ length: Math.max(0, length - 1) }, (_, index) => index + 1);
  return [
    ['whole', []],
    ['byte by byte', bytewise],
    ...bytewise.map((at): [string, number[]] => [`split at ${at}`, [at]]),
  ];
}

/**
 * Feeds bytes in pieces out of one buffer that each piece overwrites, as a socket's reads may.
 *
 * @param push takes a piece and the number of bytes read with it
 */
export function feed(
  bytes: Uint8Array,
  cuts: readonly number[],
  push: (piece: Uint8Array, end: number) => void,
): void {
  const scratch = new Uint8Array(bytes.length);
  let start = 0;
  for (const end of [...cuts, bytes.length]) {
    if (end === start) continue;
    scratch.fill(0x0a);
    scratch.set(bytes.subarray(start, end));
    push(scratch.subarray(0, end - start), end);
    start = end;
  }
}

export interface SeenEvent {
  readonly type: string;
  readonly data: string;
}

/** Everything that a parser reports, as one list in the order it came. */
export function parseAll(bytes: Uint8Array, cuts: readonly number[], maxEventBytes?: number) {
  const events: SeenEvent[] = [];
  const others: unknown[] = [];
  const ends: number[] = [];
  let readEnd = 0;
  const parser = new SseParser(
    {
      onEvent: (type, data) => {
        events.push({ type, data });
        ends.push(readEnd);
      },
      onEmptyEvent: (type) => others.push({ empty: type, after: events.length }),
      onComment: (text) => others.push({ comment: text, after: events.length }),
      onTooLarge: (mostBytes) => others.push({ tooLarge: mostBytes, after: events.length }),
    },
    maxEventBytes,
  );
  feed(bytes, cuts, (piece, end) => {
    readEnd = end;
    parser.push(piece);
  });
  return { events, others, ends };
}

/** The offset behind the end of each event: where the byte lies that completes it. */
export function eventEnds(bytes: Uint8Array): number[] {
  return parseAll(
    bytes,
    Array.from({ length: Math.max(0, bytes.length - 1) }, (_, index) => index + 1),
  ).ends;
}

/** Up to twelve places at which `length` bytes are cut. */
export const cutsOf = (length: number) =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: Math.max(1, length - 1) }), { maxLength: 12 })
    .map((cuts) => cuts.filter((cut) => cut < length).sort((a, b) => a - b));

/** Reads bytes cut at `cuts`; the clock shows how many bytes were read. */
export function readAnswer(
  bytes: Uint8Array,
  cuts: readonly number[],
  options: AnswerOptions = {},
) {
  const parser = new AnswerParser(options);
  feed(bytes, cuts, (piece, end) => parser.push(piece, end));
  return toPlain(parser.end());
}

function toPlain({ contentNs, contentTokens, ...rest }: Answer) {
  return {
    ...rest,
    contentNs: [...contentNs],
    ...(contentTokens && { contentTokens: [...contentTokens] }),
  };
}
