import { createServer, type Server, type Socket } from 'node:net';

/** Output tokens of each answer. */
export const TOKENS = 48;
/** Of each request, which this server only counts. */
export const BODY_BYTES = 64 * 1024;

const HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
/** Worded as Dynamo 1.6.1 does; every other answer names its workers. */
const ENVELOPE =
  '"created":1767323045,"model":"rehearsal","object":"chat.completion.chunk","service_tier":null';
const WORKERS =
  '"nvext":{"worker_id":{"prefill_worker_id":8115892527879933746,"decode_worker_id":8115892527879933746}}';
const USAGE = `"usage":{"prompt_tokens":1,"completion_tokens":${TOKENS},"total_tokens":${TOKENS + 1},"prompt_tokens_details":{"cached_tokens":0}}`;
const TIMING =
  '"nvext":{"timing":{"request_received_ms":1767323045678,"prefill_wait_time_ms":0.5,"prefill_time_ms":27.1,"ttft_ms":27.6,"total_time_ms":89.2}}';

/** Answers each request as the servers of a run do: a stream of a token or a few at a time. */
export function createRehearsalServer(): Server {
  let answers = 0;
  return createServer((socket) => {
    let missing = 0;
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      if (missing === 0) missing = bytes.indexOf('\r\n\r\n') + 4 + BODY_BYTES;
      missing -= bytes.length;
      if (missing > 0) return;
      missing = 0;
      answers += 1;
      const more = answers % 2 === 0 ? `,${WORKERS}` : '';
      // A server that was busy sends its head together with many tokens, in a long read.
      const together = answers % 3 === 0 ? TOKENS / 2 : 0;
      socket.write(HEAD + tokenChunks(0, together, more));
      answer(socket, together, more);
    });
  });
}

function answer(socket: Socket, token: number, more: string): void {
  if (socket.destroyed) return;
  if (token < TOKENS) {
    // Several tokens come in one read where a loop is busy, and where a server sends them so.
    const until = Math.min(TOKENS, token + 1 + (token % 3 === 2 ? token % 4 : 0));
    const text = tokenChunks(token, until, more);
    // Now and then an event arrives in two reads.
    const cut = token % 5 === 4 ? text.length >> 1 : text.length;
    socket.write(text.slice(0, cut));
    setImmediate(() => {
      if (cut < text.length) socket.write(text.slice(cut));
      answer(socket, until, more);
    });
    return;
  }
  const choice = '"choices":[{"index":0,"delta":{},"finish_reason":"length","logprobs":null}]';
  socket.write(
    chunk(`{"id":"chatcmpl-1",${choice},${ENVELOPE},${TIMING}}`) +
      chunk(`{"id":"chatcmpl-1","choices":[],${ENVELOPE},${USAGE}}`) +
      chunk('[DONE]') +
      '0\r\n\r\n',
  );
}

function tokenChunks(from: number, until: number, more: string): string {
  let chunks = '';
  for (let token = from; token < until; token++) {
    const role = token === 0 ? ',"role":"assistant"' : '';
    const delta = `"delta":{"content":${JSON.stringify(textOf(token))}${role}}`;
    const choice = `"choices":[{"index":0,${delta},"finish_reason":null,"logprobs":null}]`;
    chunks += chunk(`{"id":"chatcmpl-1",${choice},${ENVELOPE}${more}}`);
  }
  return chunks;
}

/** Words, now and then one that JSON escapes, or that is no ASCII. */
function textOf(token: number): string {
  if (token % 16 === 15) return '\n';
  return token % 16 === 7 ? ' é' : ` w${token}`;
}

function chunk(data: string): string {
  const event = `data: ${data}\n\n`;
  return `${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`;
}
