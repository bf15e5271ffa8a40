import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { cutsOf, readAnswer, readStreamFixtures } from '../test/streams.ts';

function expectAgreement(bytes: Uint8Array, cuts: readonly number[]): void {
  expect(readAnswer(bytes, cuts)).toEqual(readAnswer(bytes, cuts, { useFastPath: false }));
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' a', '\\', '"', '\ud83d', '\n', 'data: [DONE]\n\n', '\u2028', '[DONE]'),
  fc.constantFrom('","finish_reason":"stop"', '"content":""', '{"error":1}', 'event: error'),
);
const textOrNot = fc.oneof({ weight: 4, arbitrary: text }, fc.constantFrom(null, 5, undefined, []));
/** Two equal values are likely, so that events are alike now and then. */
const id = fc.constantFrom('a', 'a', 'a', 'b', 'content', '"text":"x"');
const finish = fc.constantFrom(
  ...[null, null, null, null, undefined, '', 'stop', 'length', 'null', 'error'],
);
const extra = fc.constantFrom(
  ...['', '', '', '', ',"usage":null', ',"usage":{"completion_tokens":7}', ',"error":null'],
  ...[',"nvext":{"worker_id":{"decode_worker_id":18446744073709551615}}', ',"text":"x"'],
  ...[',"nvext":{"worker_id":{"decode_worker_id":7}}', ',"nvext":{"timing":{"ttft_ms":1}}'],
  ...[',"choices":[]', ',"content":""', ',"message":"m"'],
);
const frame = fc.constantFrom(
  ...['data: @\n\n', 'data: @\n\n', 'data: @\n\n', 'data: @\n\n', 'data:@\n\n'],
  ...['data: @\r\n\r\n', 'data: @\n\r\n', 'data: @\r\r', ': c\ndata: @\n\n', 'data: @\n: c\n\n'],
  ...['id: 1\ndata: @\n\n', 'event: x\ndata: @\n\n', 'data: @\nevent: error\n\n', 'data: @\n'],
);
const shape = fc.constantFrom(
  ...(['delta', 'delta', 'flat', 'reasoning', 'both', 'tool', 'two'] as const),
  ...(['parts', 'thinking', 'refusal', 'audio', 'unknown', 'strange'] as const),
);

const chunkText = fc
  .record({
    shape,
    id,
    value: textOrNot,
    other: textOrNot,
    finish,
    extra,
    spaced: fc.boolean(),
    escaped: fc.boolean(),
  })
  .map(({ shape, id, value, other, finish, extra, spaced, escaped }) => {
    const base = { index: 0, finish_reason: finish };
    const choices = {
      delta: [{ ...base, delta: { content: value } }],
      flat: [{ text: value, ...base }],
      reasoning: [{ ...base, delta: { role: 'assistant', content: null, reasoning: value } }],
      both: [{ delta: { reasoning_content: other, content: value }, ...base }],
      tool: [{ ...base, delta: { tool_calls: [{ function: { arguments: value } }] } }],
      parts: [{ ...base, delta: { content: [{ type: 'text', text: value }, { text: other }] } }],
      thinking: [
        { ...base, delta: { content: [{ type: 'thinking', thinking: [{ text: value }] }] } },
      ],
      refusal: [{ ...base, delta: { content: null, refusal: value } }],
      audio: [{ ...base, delta: { audio: { id: 'a', transcript: value } } }],
      unknown: [{ ...base, delta: { thought: value, content: '' } }],
      strange: [{ ...base, delta: { content: [{ type: 'hologram', text: value }] } }],
      two: [
        { text: value, ...base },
        { text: other, index: 1 },
      ],
    }[shape];
    const json = JSON.stringify({ id, choices }, undefined, spaced ? 1 : undefined)
      .replaceAll('\n', '')
      .replace(/\}$/, `${extra}}`);
    return escaped
      ? json.replace(
          /[^\0-\x7f]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        )
      : json;
  });

const event = fc
  .tuple(
    frame,
    fc.oneof(
      { weight: 12, arbitrary: chunkText },
      fc.constantFrom('[DONE]', '{"error":"e"}', '{no', ''),
    ),
  )
  .map(([around, data]) => around.replace('@', () => data));

/** A few events that come again and again: what makes a stream worth learning from. */
const stream = fc
  .tuple(
    fc.array(event, { minLength: 1, maxLength: 5 }),
    fc.array(fc.nat(), { minLength: 1, maxLength: 24 }),
  )
  .map(([events, order]) => Buffer.from(order.map((n) => events[n % events.length]).join('')));

describe('AnswerParser reads the same with the fast path as without it', () => {
  test('for generated streams in any cut', () => {
    fc.assert(
      fc.property(
        stream.chain((bytes) => fc.tuple(fc.constant(bytes), cutsOf(bytes.length))),
        ([bytes, cuts]) => expectAgreement(bytes, cuts),
      ),
      { numRuns: 1500 },
    );
  });

  test('for streams of our fixtures with bytes changed, left out or doubled', () => {
    const fixtures = readStreamFixtures().filter(({ bytes }) => bytes.length > 0);
    const change = fc.tuple(
      fc.nat(),
      fc.constantFrom('change', 'remove', 'double'),
      fc.oneof(
        fc.integer({ min: 0, max: 255 }),
        fc.constantFrom(...Buffer.from('"\\\n\r{}:,[]eu0')),
      ),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...fixtures),
        fc.array(change, { maxLength: 3 }),
        fc.array(fc.nat(), { maxLength: 4 }),
        ({ bytes }, changes, places) => {
          const changed = [...bytes];
          for (const [place, kind, byte] of changes) {
            const at = place % changed.length;
            if (kind === 'change') changed[at] = byte;
            else if (kind === 'remove') changed.splice(at, 1);
            else changed.splice(at, 0, ...changed.slice(at, at + 20));
          }
          const cuts = places.map((place) => place % changed.length).sort((a, b) => a - b);
          expectAgreement(
            Uint8Array.from(changed),
            cuts.filter((cut) => cut > 0),
          );
        },
      ),
      { numRuns: 1500 },
    );
  });
});
