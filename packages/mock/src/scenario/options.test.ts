import { expect, test } from 'vitest';

import { readMockOptions } from './options.ts';

test('readMockOptions() fills in every default', () => {
  expect(readMockOptions({})).toMatchObject({
    host: '127.0.0.1',
    port: 0,
    latency: { ttftMs: 20, itlMs: 5, streamInterval: 1, timeScale: 1 },
    dialect: 'dynamo-1.6',
    scenario: { kind: 'healthy' },
  });
});

const wrong: [behaviour: string, options: unknown, message: string][] = [
  [
    'names a nested field',
    { latency: { ttftMs: -1 } },
    'option "latency.ttftMs" is -1, expected number to be >=0',
  ],
  [
    'names a field of a rule',
    { scenario: [{ every: 0, scenario: { kind: 'healthy' } }] },
    'option "scenario.0.every" is 0, expected number to be >0',
  ],
  [
    'lists the dialects',
    { dialect: 'dynamo-0.9' },
    'option "dialect" is "dynamo-0.9", expected one of "dynamo-1.3"|"dynamo-1.6"|"vllm"',
  ],
  ['names a field that it does not know', { speed: 2 }, 'Unrecognized key: "speed"'],
  ['wants an object', 7, 'option "" is 7, expected object'],
];

test.each(wrong)('readMockOptions() %s', (_behaviour, options, message) => {
  expect(() => readMockOptions(options)).toThrow(RangeError);
  expect(() => readMockOptions(options)).toThrow(message);
});
