import type { Step } from './perform-case.ts';

export type Json = Readonly<Record<string, unknown>>;

export const CHUNKED =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n' +
  'transfer-encoding: chunked\r\n\r\n';
export const LAST_CHUNK = '0\r\n\r\n';
export const DONE = 'data: [DONE]\n\n';

/** One event of a stream. */
export const event = (value: Json) => `data: ${JSON.stringify(value)}\n\n`;
export const chunk = (text: string | Buffer) =>
  Buffer.concat([
    Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n`),
    Buffer.from(text),
    Buffer.from('\r\n'),
  ]);

export function delta(fields: Json, finish: string | null = null, rest: Json = {}): string {
  return event({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_767_323_045,
    model: 'mock-model',
    choices: [{ index: 0, delta: fields, finish_reason: finish }],
    ...rest,
  });
}
export const token = (content: string, rest: Json = {}) => delta({ content }, null, rest);
export const finish = (reason = 'length', rest: Json = {}) => delta({}, reason, rest);
export const counts = (prompt: number, completion: number, rest: Json = {}): Json => ({
  usage: {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    ...rest,
  },
});
export const usage = (prompt: number, completion: number, rest: Json = {}) =>
  event({ id: 'chatcmpl-1', choices: [], ...counts(prompt, completion, rest) });

/** The head, 50 ms later the first event, then one a gap; `[DONE]` comes with the end. */
export function answer(events: readonly string[], ending: string = DONE, gapMs = 10): Step[] {
  const steps = events.map((text, index): Step => [index === 0 ? 50 : gapMs, chunk(text)]);
  return [[2, CHUNKED], ...steps, [0.5, Buffer.concat([...ends(ending), Buffer.from(LAST_CHUNK)])]];
}
const ends = (text: string) => (text === '' ? [] : [chunk(text)]);
