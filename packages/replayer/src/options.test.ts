import { expect, test } from 'vitest';

import { OptionsError } from './errors/errors.ts';
import { type ReplayOptions, resolveOptions } from './options.ts';
import { errorOf } from './test/error-of.ts';

const base: ReplayOptions = { trace: 't.jsonl', urls: ['http://h'] };

test('resolveOptions() fills in the defaults', () => {
  expect(resolveOptions(base)).toMatchObject({
    endpoint: 'chat',
    blockSize: 512,
    speedup: 1,
    seed: 42,
    outputLength: 'exact',
    requestTimeoutSeconds: 1000,
    waitForModelSeconds: 600,
    drainSeconds: 30,
    headers: {},
  });
});

const unusable: [behaviour: string, options: Partial<ReplayOptions>, message: string][] = [
  ['token ids with chat', { prompt: 'token-ids' }, 'Cannot send token ids to the chat endpoint'],
  ['a range that is empty', { tokenIdRange: { from: 5, to: 4 } }, 'its end is below its start'],
  ['a certificate without key', { tls: { cert: 'x' } }, 'only one is given, expected both or none'],
  [
    'a header that the client sets',
    { headers: { 'Content-Length': '1' } },
    'the client sets it itself',
  ],
  [
    'a header with a line break',
    { headers: { a: 'x\r\nb: c' } },
    'its value has a control character',
  ],
  ['a header name with a blank', { headers: { 'a b': 'x' } }, 'that is no header name'],
  ['a header twice', { headers: { a: '1', A: '2' } }, 'Cannot send header "A" twice'],
  [
    'two keys',
    { apiKey: 'k', headers: { authorization: 'x' } },
    '"authorization" is given as well',
  ],
  ['a key with a line break', { apiKey: 'k\nx' }, 'it has a blank or a control character'],
  ['a speed-up of 0', { speedup: 0 }, 'Cannot use option "speedup"'],
  ['a body beyond all numbers', { body: { a: [{ b: Infinity }] } }, '"a.0.b" is beyond them'],
  ['a body without a number', { body: { a: Number.NaN } }, 'expected finite numbers, and "a"'],
  ['a body of depths', { body: nested(2000) }, 'nested deeper than 100 levels'],
];

test.each(unusable)('resolveOptions() refuses %s', (_behaviour, options, message) => {
  const problem = errorOf(() => resolveOptions({ ...base, ...options }));
  expect(problem).toBeInstanceOf(OptionsError);
  expect(problem.message).toContain(message);
  // The option that the error names is one of those given, and no flag of the command line.
  expect(Object.keys(options)).toContain((problem as OptionsError).option);
  expect(problem.message).not.toContain('--');
});

function nested(levels: number): Record<string, unknown> {
  let body: Record<string, unknown> = {};
  for (let level = 0; level < levels; level++) body = { a: body };
  return body;
}

const secrets: [where: string, options: Partial<ReplayOptions>, error: string][] = [
  ['a key', { apiKey: 'sk-canary key' }, 'Cannot send the API key'],
  ['a header', { headers: { 'x-key': 'sk-canary\n' } }, 'Cannot send header "x-key"'],
];

test.each(secrets)('resolveOptions() does not repeat %s in an error', (_where, options, error) => {
  const problem = errorOf(() => resolveOptions({ ...base, ...options }));
  expect(problem.message).toContain(error);
  expect(problem.message).not.toContain('sk-canary');
});

test('resolveOptions() makes a bearer header of the key', () => {
  expect(resolveOptions({ ...base, apiKey: 'k' }).headers).toEqual({ authorization: 'Bearer k' });
});
