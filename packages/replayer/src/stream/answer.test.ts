import { isDeepStrictEqual } from 'node:util';

import { afterEach, describe, expect, test, vi } from 'vitest';

import { AnswerParser } from './answer.ts';
import { eventEnds, everyCut, readAnswer, readStreamFixtures } from '../test/streams.ts';

describe('AnswerParser reads a stream the same in every cut, on the fast path and off it', () => {
  test.each(readStreamFixtures())('$name', ({ bytes, answer: { contentEvents, ...fields } }) => {
    const { malformed } = readAnswer(bytes, []);
    if (fields.malformed !== undefined) expect(malformed).toContain(fields.malformed);
    const expected = { ...fields, ...(fields.malformed !== undefined && { malformed }) };
    const ends = eventEnds(bytes);
    for (const [cut, cuts] of everyCut(bytes.length)) {
      const reads = [...cuts, bytes.length];
      const contentNs = contentEvents.map((index) =>
        reads.find((end) => end >= (ends[index] ?? Infinity)),
      );
      for (const useFastPath of [true, false]) {
        const answer = readAnswer(bytes, cuts, { useFastPath });
        // A thousand cuts a stream: the cheap comparison first.
        if (isDeepStrictEqual(answer, { ...expected, contentNs })) continue;
        expect({ cut, useFastPath, ...answer }).toEqual({
          cut,
          useFastPath,
          ...expected,
          contentNs,
        });
      }
    }
  });
});

const token = (content: string) =>
  `data: {"id":"c","choices":[{"index":0,"delta":{"content":${JSON.stringify(content)}},"finish_reason":null}]}\n\n`;

describe('AnswerParser', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('parses only the first of a thousand token chunks as JSON', () => {
    const parse = vi.spyOn(JSON, 'parse');
    const parser = new AnswerParser();
    for (let i = 0; i < 1000; i += 1) parser.push(Buffer.from(token(` word ${i}`)), i);
    expect(parser.contentCount).toBe(1000);
    // The first chunk, and twice for the proof of what was learned.
    expect(parse).toHaveBeenCalledTimes(3);
  });

  test('tells how far the stream is while it is read', () => {
    const parser = new AnswerParser();
    const steps = [token('a'), token('b'), '{"choices":[{"finish_reason":"stop"}]}', '[DONE]'];
    const seen = steps.map((step, index) => {
      parser.push(Buffer.from(step.startsWith('data') ? step : `data: ${step}\n\n`), index);
      return [parser.contentCount, parser.isFinished, parser.isDone];
    });
    expect(seen).toEqual([
      [1, false, false],
      [2, false, false],
      [2, true, false],
      [2, true, true],
    ]);
  });

  test('is finished by an error', () => {
    const parser = new AnswerParser();
    parser.push(Buffer.from('event: error\n: gone\n\n'), 0);
    expect(parser.isFinished).toBe(true);
  });

  test('keeps the first worker ids, whichever path reads the later ones', () => {
    const withId = (id: string, content: string) =>
      token(content).replace(/}\n\n$/, `,"nvext":{"worker_id":{"decode_worker_id":${id}}}}\n\n`);
    const bytes = Buffer.from(withId('1', 'a') + withId('2', '') + withId('1', 'b'));
    expect(readAnswer(bytes, []).decodeWorkerId).toBe('1');
    expect(readAnswer(bytes, [], { useFastPath: false }).decodeWorkerId).toBe('1');
  });

  const sizes: [behaviour: string, maxEventBytes: number, read: number][] = [
    ['reads events of the size of the cap', token('c').length - 2, 3],
    ['stops at an event above the cap', token('c').length - 3, 0],
  ];

  test.each(sizes)('%s', (_behaviour, maxEventBytes, read) => {
    const bytes = Buffer.from(token('a') + token('b') + token('c'));
    for (const [, cuts] of everyCut(bytes.length)) {
      for (const useFastPath of [true, false]) {
        const answer = readAnswer(bytes, cuts, { maxEventBytes, useFastPath });
        expect(answer.contentNs).toHaveLength(read);
        expect(answer.malformed).toBe(
          read === 3
            ? undefined
            : `Cannot read event: it is longer than ${maxEventBytes} bytes, expected at most so many`,
        );
      }
    }
  });

  test('stops at a long event behind learned ones, on the fast path as well', () => {
    const bytes = Buffer.from(token('a') + token('b') + token('c'.repeat(200)) + token('d'));
    for (const useFastPath of [true, false]) {
      const answer = readAnswer(bytes, [token('a').length], { maxEventBytes: 250, useFastPath });
      expect(answer.contentNs).toHaveLength(2);
      expect(answer.malformed).toContain('longer than 250 bytes');
    }
  });

  const counts: [
    behaviour: string,
    counted: (number | undefined)[],
    tokens: number[] | undefined,
  ][] = [
    ['counts the tokens of each chunk if the server does', [3, 3, 10], [3, 0, 7]],
    ['knows no count if one chunk has none', [1, undefined, 3], undefined],
    ['knows no count if the count goes back', [5, 4, 6], undefined],
  ];

  test.each(counts)('%s', (_behaviour, counted, tokens) => {
    const parser = new AnswerParser();
    for (const count of counted) {
      const usage = count === undefined ? null : { completion_tokens: count };
      parser.push(
        Buffer.from(`data: ${JSON.stringify({ choices: [{ text: 'a' }], usage })}\n\n`),
        0,
      );
    }
    const { contentTokens } = parser.end();
    expect(contentTokens && [...contentTokens]).toEqual(tokens);
  });
});
