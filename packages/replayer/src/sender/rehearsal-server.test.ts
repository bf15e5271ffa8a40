import { type AddressInfo } from 'node:net';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { AnswerParser } from '../stream/answer.ts';
import { BODY_BYTES, createRehearsalServer, TOKENS } from './rehearsal-server.ts';

const server = createRehearsalServer();
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`;
});
afterAll(() => {
  server.close();
});

// Answers differ by their number: with worker ids, with the head and many tokens at once, neither,
// both.
test.each([1, 2, 3, 4, 5, 6])('answer %i of the rehearsal is one of a run', async () => {
  const answer = new AnswerParser();
  const response = await fetch(url, { method: 'POST', body: 'a'.repeat(BODY_BYTES) });
  for await (const bytes of response.body!) answer.push(bytes as Uint8Array, 0);
  expect(answer.contentCount).toBe(TOKENS);
  expect(answer.end()).toMatchObject({
    finishReason: 'length',
    usage: { completionTokens: TOKENS },
    isDone: true,
  });
  expect(answer.end().malformed).toBeUndefined();
});
