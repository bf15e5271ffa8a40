import { expect, test } from 'vitest';

import { errorOf } from '../test/error-of.ts';
import { parseTargetUrl } from './target.ts';

const bases: [url: string, origin: string, basePath: string][] = [
  ['http://localhost:8000', 'http://localhost:8000', ''],
  ['http://localhost:8000/', 'http://localhost:8000', ''],
  ['http://localhost:8000/v1', 'http://localhost:8000', ''],
  ['http://localhost:8000/v1/chat/completions', 'http://localhost:8000', ''],
  ['https://host/a/b/v1/', 'https://host', '/a/b'],
  ['http://[::1]:8000', 'http://[::1]:8000', ''],
];

test.each(bases)('parseTargetUrl() reads %s', (url, origin, basePath) => {
  expect(parseTargetUrl(url)).toEqual({ url: origin + basePath, origin, basePath });
});

const unusable: [url: string, message: string][] = [
  ['localhost:8000', 'its scheme is "localhost", expected "http" or "https"'],
  ['nonsense', 'it is no URL, expected something like "http://localhost:8000"'],
  ['http://me:secret@host', 'it holds a user name or password, expected none'],
  ['http://host/#here', 'it has a fragment'],
  ['ftp://host', 'its scheme is "ftp"'],
];

test.each(unusable)('parseTargetUrl() refuses %s', (url, message) => {
  expect(() => parseTargetUrl(url)).toThrow(message);
});

test('parseTargetUrl() does not repeat a password', () => {
  const { message } = errorOf(() => parseTargetUrl('http://me:hunter2@host'));
  expect(message).toContain('it holds a user name or password');
  expect(message).not.toContain('hunter2');
});
