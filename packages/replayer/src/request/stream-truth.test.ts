import type { RequestRecord } from '@trace-replay/metrics';
import { latencyOf } from '@trace-replay/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { AnswerParser } from '../stream/answer.ts';
import { recordOutcome } from './record-outcome.ts';

/** Content of so many tokens, in each form that servers use. */
const FORMS: readonly ((tokens: number) => object)[] = [
  (n) => ({ delta: { content: ' w'.repeat(n) } }),
  (n) => ({ text: ' w'.repeat(n) }),
  (n) => ({ delta: { role: 'assistant', content: null, reasoning_content: ' t'.repeat(n) } }),
  (n) => ({ delta: { content: '', reasoning: ' t'.repeat(n) } }),
  (n) => ({ delta: { refusal: ' r'.repeat(n) } }),
  (n) => ({ delta: { content: [{ type: 'text', text: ' w'.repeat(n) }] } }),
  (n) => ({
    delta: { content: [{ type: 'thinking', thinking: [{ type: 'text', text: ' t'.repeat(n) }] }] },
  }),
  (n) => ({ delta: { tool_calls: [{ index: 0, function: { arguments: ' a'.repeat(n) } }] } }),
  (n) => ({ delta: { audio: { id: 'x', transcript: ' w'.repeat(n) } } }),
];

/** How the server tells its counts, the prompt being of 1,000 tokens; each is true in its way. */
const COUNTS = ['end', 'choice', 'groq', 'each', 'apart', 'total', 'zero', 'text', 'none'] as const;
const ENDINGS = [
  'length',
  'STOP',
  'error',
  'cancelled',
  'error object',
  'cut',
  'no reason',
] as const;
const PROMPT = 1000;

const MS = 1e6;
/** Never so close that the bound of 50 µs is in doubt, unless together. */
const gapNs = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 60_000, max: 100 * MS }) },
  fc.constant(0),
);

const drawn = fc
  .record({
    form: fc.constantFrom(...FORMS),
    events: fc.array(fc.record({ gapNs, tokens: fc.integer({ min: 1, max: 5 }) }), {
      minLength: 1,
      maxLength: 12,
    }),
    isOneEach: fc.boolean(),
    isFirstAlone: fc.boolean(),
    ttftNs: fc.integer({ min: 1, max: 500 * MS }),
    counting: fc.constantFrom(...COUNTS),
    ending: fc.constantFrom(...ENDINGS),
    reasonBefore: fc.constantFrom(null, '', 'null', undefined),
    slack: fc.constantFrom(0, 0, 7),
  })
  .map(({ events, isOneEach, isFirstAlone, ...rest }) => ({
    ...rest,
    isFirstAlone: isOneEach || isFirstAlone,
    events: events.map(({ gapNs: gap, tokens }, place) => ({
      gapNs: place === 0 ? 0 : gap,
      tokens: isOneEach || (isFirstAlone && place === 0) ? 1 : tokens,
    })),
  }));

type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

const usageOf = (completion: number, rest: object = {}) => ({
  usage: {
    prompt_tokens: PROMPT,
    completion_tokens: completion,
    total_tokens: PROMPT + completion,
    ...rest,
  },
});

/** The last counts: in the chunk, in the choice, or not at all. */
function lastCounts(counting: Drawn['counting'], tokens: number): [chunk: object, choice: object] {
  const reasoning = Math.ceil(tokens / 2);
  const details = { completion_tokens_details: { reasoning_tokens: reasoning } };
  const total = { total_tokens: PROMPT + tokens };
  switch (counting) {
    case 'end':
    case 'each':
      return [usageOf(tokens), {}];
    case 'choice':
      return [{}, usageOf(tokens)];
    case 'groq':
      return [{ x_groq: usageOf(tokens) }, {}];
    case 'apart':
      return [usageOf(tokens - reasoning, { ...details, ...total }), {}];
    case 'total':
      return [usageOf(tokens, { total_tokens: 0 }), {}];
    case 'zero':
      return [usageOf(0, { prompt_tokens: 0, total_tokens: 0 }), {}];
    case 'text':
      return [usageOf(tokens, { completion_tokens: String(tokens) }), {}];
    case 'none':
      return [{}, {}];
  }
}

/** The stream as it arrives: the instant of each event, and its bytes. */
function play({ form, events, ttftNs, counting, ending, reasonBefore }: Drawn) {
  const pushes: [atNs: number, text: string][] = [];
  const event = (value: object) => `data: ${JSON.stringify(value)}\n\n`;
  let [atNs, tokens] = [ttftNs, 0];
  for (const each of events) {
    atNs += each.gapNs;
    tokens += each.tokens;
    const choice = { index: 0, ...form(each.tokens), finish_reason: reasonBefore };
    pushes.push([
      atNs,
      event({ choices: [choice], ...(counting === 'each' ? usageOf(tokens) : {}) }),
    ]);
  }
  const [chunk, inChoice] = lastCounts(counting, tokens);
  const reason = { finish_reason: ending === 'error object' ? null : ending };
  const isReason = ending !== 'cut' && ending !== 'no reason';
  const error = ending === 'error object' ? { error: { message: 'broken' } } : {};
  const last = isReason ? [{ index: 0, delta: {}, ...reason, ...inChoice, ...error }] : [];
  if (ending !== 'cut') {
    pushes.push([atNs + MS, event({ choices: last, ...chunk })], [atNs + MS, 'data: [DONE]\n\n']);
  }
  return { pushes, tokens, endNs: atNs + 2 * MS };
}

function recordOf(stream: Drawn): { record: RequestRecord; tokens: number } {
  const { pushes, tokens, endNs } = play(stream);
  const parser = new AnswerParser();
  for (const [atNs, text] of pushes) parser.push(Buffer.from(text), atNs);
  const asked = {
    ...{ row: 0, dueNs: 0, inputTokens: PROMPT, target: 0, bodyBytes: 1 },
    outputTokens: tokens + stream.slack,
    exactLength: stream.slack === 0,
    isFirstAlone: stream.isFirstAlone,
  };
  const facts = {
    ...{ dispatchedNs: 0, sentNs: 0, headersNs: 0, endNs, httpStatus: 200 },
    contentType: 'text/event-stream',
    ending: { kind: 'complete' as const },
  };
  return { record: recordOutcome(asked, facts, parser.end()), tokens };
}

/** Span and tokens behind what came with the first event; no gap if nothing is behind it. */
function trueGap({ events }: Drawn) {
  const after = events.findIndex(({ gapNs: gap }, place) => place > 0 && gap > 0);
  if (after === -1) return undefined;
  return {
    totalNs: events.reduce((sum, { gapNs: gap }) => sum + gap, 0),
    parts: events.slice(after).reduce((sum, { tokens }) => sum + tokens, 0),
  };
}

test('a record has the outcome, tokens, TTFT and ITL of its stream, or leaves them out', () => {
  const seen = { tokens: 0, itl: 0, withoutTokens: 0, withoutItl: 0 };
  fc.assert(
    fc.property(drawn, (stream) => {
      const { record, tokens } = recordOf(stream);
      const isOk = ['length', 'STOP'].includes(stream.ending);
      expect(record.outcome).toBe(isOk ? 'ok' : 'failed');
      if (!isOk) {
        const isTruncated = ['cut', 'no reason'].includes(stream.ending);
        expect(record.failure?.class).toBe(isTruncated ? 'truncated' : 'in_stream_error');
        return;
      }
      expect(latencyOf(record, 'time_to_first_token')?.totalNs).toBe(stream.ttftNs);
      const { output_tokens: counted, stream_notes: notes = [] } = record;
      seen[counted === undefined ? 'withoutTokens' : 'tokens']++;
      if (counted === undefined) expect(notes).toContain('length_unknown');
      else expect(counted).toBe(tokens);
      expect(record.length_mismatch).toBeUndefined();
      expectGap(record, stream, seen);
    }),
    { numRuns: 5000 },
  );
  // A property that lets everything be unknown proves nothing.
  expect(seen.tokens).toBeGreaterThan(seen.withoutTokens);
  expect(seen.itl).toBeGreaterThan(seen.withoutItl);
});

function expectGap(
  record: RequestRecord,
  stream: Drawn,
  seen: { itl: number; withoutItl: number },
) {
  const gap = latencyOf(record, 'inter_token_latency');
  const truth = trueGap(stream);
  seen[gap === undefined ? 'withoutItl' : 'itl']++;
  if (gap === undefined) return;
  expect(gap.totalNs).toBe(truth?.totalNs);
  const [first, second] = stream.events;
  const isFirstAlone = first?.tokens === 1 && second?.gapNs !== 0;
  if (isFirstAlone || record.content_tokens) expect(gap.parts).toBe(truth?.parts);
  // Without counts the first event is one token where hardly any event has several.
  else if (!stream.isFirstAlone && second?.gapNs !== 0) {
    expect(gap.parts).toBeLessThanOrEqual(1.1 * (truth?.parts ?? 0));
  }
}
