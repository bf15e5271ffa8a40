import { expect, test } from 'vitest';

import { formatObjectives, parseObjectives } from './objectives.ts';

const readable: [text: string, ...objectives: [metric: string, limitMs: number][]][] = [
  [
    'time_to_first_token:20000 inter_token_latency:50',
    ['time_to_first_token', 20_000],
    ['inter_token_latency', 50],
  ],
  [' request_latency:0.5\n', ['request_latency', 0.5]],
  [
    'time_to_first_token_from_schedule:1 request_latency_from_schedule:000.000001',
    ['time_to_first_token_from_schedule', 1],
    ['request_latency_from_schedule', 0.000001],
  ],
  [''],
];

test.each(readable)('parseObjectives() reads "%s"', (text, ...objectives) => {
  expect(parseObjectives(text)).toEqual(
    objectives.map(([metric, limitMs]) => ({ metric, limitMs })),
  );
});

const unreadable: [behaviour: string, text: string, message: string][] = [
  ['wants plain decimals', 'inter_token_latency:0x32', 'limit is "0x32", expected milliseconds'],
  ['wants no exponent', 'inter_token_latency:5e1', 'limit is "5e1", expected milliseconds'],
  ['wants a limit', 'inter_token_latency', 'limit is "", expected milliseconds above 0'],
  ['wants a limit above 0', 'inter_token_latency:0.0', 'limit is "0.0", expected milliseconds'],
  ['wants whole nanoseconds', 'request_latency:0.0000005', 'with at most 6 decimals'],
  ['wants one colon', 'request_latency:1:2', 'limit is "1:2", expected milliseconds above 0'],
  ['wants what a run can reach', 'request_latency:9999999999', 'than 104 days have'],
  ['lists the metrics it knows', 'ttft:20000', 'metric is "ttft", expected one of time_to_'],
  ['takes no metric of a chunk', 'inter_chunk_latency:9', 'metric is "inter_chunk_latency"'],
  ['wants one limit a metric', 'request_latency:1 request_latency:2', 'has several limits'],
];

test.each(unreadable)('parseObjectives() %s', (_behaviour, text, message) => {
  expect(() => parseObjectives(text)).toThrow(SyntaxError);
  expect(() => parseObjectives(text)).toThrow(message);
});

test('formatObjectives() writes what parseObjectives() reads', () => {
  const text = 'time_to_first_token:20000 inter_token_latency:0.000001 request_latency:12.5';
  expect(parseObjectives(formatObjectives(parseObjectives(text)))).toEqual(parseObjectives(text));
});
