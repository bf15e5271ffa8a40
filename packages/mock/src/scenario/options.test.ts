import { expect, test } from 'vitest';

import { DIALECTS } from '../dialect/dialect.ts';
import { readMockOptions } from './options.ts';

test('readMockOptions() fills in every default', () => {
  expect(readMockOptions({})).toMatchObject({
    host: '127.0.0.1',
    port: 0,
    latency: { ttftMs: 20, itlMs: 5, streamInterval: 1, timeScale: 1 },
    dialect: DIALECTS['dynamo-1.6'],
    scenario: { kind: 'healthy' },
  });
});

test('readMockOptions() takes a dialect by name, or a named one said otherwise', () => {
  expect(readMockOptions({ dialect: 'vllm' }).dialect).toEqual(DIALECTS.vllm);
  const dialect = { like: 'dynamo-1.3', lineEnd: 'crlf' };
  expect(readMockOptions({ dialect }).dialect).toEqual({
    ...DIALECTS['dynamo-1.3'],
    lineEnd: 'crlf',
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
    'names a field of a dialect',
    { dialect: { splitBytes: 'two' } },
    'option "dialect.splitBytes" is "two", expected number',
  ],
  ['names a field that it does not know', { speed: 2 }, 'Unrecognized key: "speed"'],
  ['wants an object', 7, 'option "" is 7, expected object'],
];

test.each(wrong)('readMockOptions() %s', (_behaviour, options, message) => {
  expect(() => readMockOptions(options)).toThrow(RangeError);
  expect(() => readMockOptions(options)).toThrow(message);
});
