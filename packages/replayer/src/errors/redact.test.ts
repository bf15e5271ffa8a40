import { expect, test } from 'vitest';

import { printable } from './printable.ts';
import { createRedactor, isSecretField, secretsOf } from './redact.ts';

const KEY = 'sk-proj-4f9A+zQ/77"x';

const echoes: [form: string, text: string][] = [
  ['as it is', `Incorrect API key provided: ${KEY}.`],
  ['in lower case', `key ${KEY.toLowerCase()} is wrong`],
  ['escaped for JSON', JSON.stringify({ detail: `Bearer ${KEY}` })],
  ['escaped by code', [...KEY].map((each) => `\\u00${hex(each)}`).join('')],
  ['encoded for a URL', encodeURIComponent(KEY)],
  ['encoded for HTML', [...KEY].map((each) => `&#x${hex(each)};`).join('')],
  ['in base64', Buffer.from(`Bearer ${KEY}`).toString('base64')],
  ['in base64 behind one byte', Buffer.from(`:${KEY}`).toString('base64')],
  ['cut at the end', `seen ${'.'.repeat(1170)} ${KEY.slice(0, 15)}`],
  ['cut in the middle', `Cannot read "${KEY.slice(0, 12)}…": not valid JSON`],
  ['twice', `${KEY}${KEY}`],
];

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, '0');
}

test.each(echoes)('createRedactor() takes out a key %s', (_form, text) => {
  const redacted = createRedactor(secretsOf({ headers: { authorization: `Bearer ${KEY}` } }))(text);
  expect(redacted).toContain('[redacted]');
  for (const part of [KEY, KEY.toLowerCase(), KEY.slice(0, 12), 'j-4f9A', '4f9']) {
    expect(redacted).not.toContain(part);
  }
  expect(redacted).not.toContain(Buffer.from(`Bearer ${KEY}`).toString('base64').slice(14, 24));
});

const known: [where: string, confidence: Parameters<typeof secretsOf>[0], secret: string][] = [
  ['a key of four letters', { headers: { authorization: 'Bearer abcd' } }, 'abcd'],
  ['a header of any name', { headers: { 'x-tenant': 'acme-west-7' } }, 'acme-west-7'],
  ['a cookie', { headers: { cookie: 'a=1; sid=0123456789' } }, '0123456789'],
  ['a password', { headers: { authorization: `Basic ${btoa('me:pass word')}` } }, 'pass word'],
  ['a parameter of a URL', { query: '?api-key=abcde&v=1' }, 'abcde'],
  ['a field of the body', { body: { extra: { api_key: ['key-in-list'] } } }, 'key-in-list'],
];

test.each(known)('secretsOf() finds %s', (_where, confidence, secret) => {
  expect(secretsOf(confidence)).toContain(secret);
});

test('secretsOf() leaves out what is no secret', () => {
  const headers = { accept: 'text/event-stream', 'user-agent': 'trace-replay', 'x-a': 'short' };
  const body = { max_tokens: 'several', stop_token_ids: ['what'], temperature: 1, top: 'abcdefgh' };
  expect(secretsOf({ headers, body })).toEqual([]);
});

test.each([
  ['api_key', true],
  ['password', true],
  ['auth_token', true],
  ['max_tokens', false],
  ['skip_special_tokens', false],
  ['stop_token_ids', false],
])('isSecretField() of %s is %s', (name, expected) => {
  expect(isSecretField(name)).toBe(expected);
});

test('printable() takes out a key of which a server shows the ends', () => {
  const text = 'Incorrect API key provided: sk-ab****************wxyz. ***';
  expect(printable(text, 200)).toBe('Incorrect API key provided: [redacted] ***');
});
