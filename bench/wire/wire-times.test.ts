import { expect, test } from 'vitest';

import type { Packet } from './packets.ts';
import { wireTimesOf } from './wire-times.ts';

const HEAD = (id: string, length: number) =>
  `POST /v1/chat/completions HTTP/1.1\r\nx-request-id: ${id}\r\ncontent-length: ${length}\r\n\r\n`;
const token = (text: string) =>
  `data: {"choices":[{"delta":{"content":"${text}"},"finish_reason":null}]}\n\n`;
const LAST = 'data: {"choices":[{"delta":{"content":""},"finish_reason":"length"}]}\n\n';

/** Packets of one connection, numbered as TCP does; SYNs first unless it was open before. */
function connection(port: number, from: number, isNew = true) {
  const next = { true: from, false: from + 1000 };
  const packets: Packet[] = [];
  const add = (atNs: number, isToServer: boolean, text: string, opens = false) => {
    const key = `${isToServer}` as const;
    packets.push({
      atNs: BigInt(atNs),
      sequence: next[key] >>> 0,
      clientPort: port,
      isToServer,
      opens,
      payloadBytes: text.length,
      payload: Buffer.from(text),
    });
    next[key] += text.length + (opens ? 1 : 0);
  };
  if (isNew) {
    add(10, true, '', true);
    add(30, false, '', true);
  }
  return {
    packets,
    send: (atNs: number, text: string) => add(atNs, true, text),
    answer: (atNs: number, text: string) => add(atNs, false, text),
    again: (atNs: number) => packets.push({ ...packets.at(-1)!, atNs: BigInt(atNs) }),
  };
}

test('wireTimesOf() a request is sent with its first byte, and an event has come with its last', () => {
  const { packets, send, answer } = connection(4000, 1);
  send(100, HEAD('run-7', 12) + 'half ');
  send(110, 'another');
  answer(200, `HTTP/1.1 200 OK\r\n\r\n${token('a').slice(0, 20)}`);
  answer(210, token('a').slice(20));
  answer(300, token('b') + token('c'));
  answer(400, LAST);
  expect([...wireTimesOf(packets)]).toEqual([
    ['run-7', { connectNs: 20, sentNs: 100n, contentNs: [210n, 300n, 300n] }],
  ]);
});

test('wireTimesOf() a connection serves one request after another, of which some have no name', () => {
  const { packets, send, answer } = connection(4000, 1);
  send(50, 'GET /v1/models HTTP/1.1\r\n\r\n');
  answer(60, 'HTTP/1.1 200 OK\r\n\r\n{}');
  send(100, HEAD('run-0', 4) + 'body');
  answer(200, token('a') + LAST);
  send(300, HEAD('run-1', 4) + 'body');
  answer(400, token('b'));
  const found = wireTimesOf(packets);
  expect(found.get('run-0')).toEqual({ sentNs: 100n, contentNs: [200n] });
  expect(found.get('run-1')).toEqual({ sentNs: 300n, contentNs: [400n] });
});

test.each([
  ['at the beginning of the numbers', 1],
  ['where the numbers wrap', 2 ** 32 - 30],
])('wireTimesOf() what is sent again counts once, %s', (_where, from) => {
  const { packets, send, answer, again } = connection(4000, from, false);
  send(100, HEAD('run-3', 4) + 'body');
  again(150);
  answer(200, token('a'));
  again(250);
  answer(300, token('b'));
  expect(wireTimesOf(packets).get('run-3')).toEqual({ sentNs: 100n, contentNs: [200n, 300n] });
});

test('wireTimesOf() a port that is used again is another connection', () => {
  const first = connection(4000, 1);
  first.send(100, HEAD('run-1', 400) + 'cut short');
  const second = connection(4000, 5_000_000);
  second.send(500, HEAD('run-2', 0));
  second.answer(600, token('a'));
  const found = wireTimesOf([...first.packets, ...second.packets]);
  expect(found.get('run-2')).toEqual({ connectNs: 20, sentNs: 500n, contentNs: [600n] });
});
