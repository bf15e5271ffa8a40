// A transport and a clock of your own: a server that is a model in this process, and a trace that
// runs sixty times as fast as the wall clock. No byte leaves the program.
//   node examples/own-transport.mjs trace.jsonl
import { clearTimeout, setTimeout } from 'node:timers';

import { replay } from '@trace-replay/replayer';

const FACTOR = 60;
const clock = {
  nowNs: () => performance.now() * 1e6 * FACTOR,
  unixMs: () => Date.now(),
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs / FACTOR);
    return () => clearTimeout(timer);
  },
};

const TTFT_MS = 2000;
const ITL_MS = 200;
const MODELS = Buffer.from('{"data":[{"id":"model-of-a-server"}]}');

/** Answers after 2 s, with a token every 200 ms: a transport as `CreateTransport` describes it. */
function createTransport(_destination, runClock) {
  return {
    connect: (connection) => ({
      open() {
        connection.onConnecting(runClock.nowNs());
        connection.onConnected(runClock.nowNs());
      },
      prepare: (request, exchange) => ({ write: () => answer(request, exchange, runClock) }),
      close: () => undefined,
    }),
  };
}

function answer({ method, body }, exchange, runClock) {
  const push = (text) => {
    const bytes = Buffer.from(text);
    exchange.onBody(bytes, runClock.nowNs(), 0, bytes.length);
  };
  const { max_tokens: tokens = 0 } = method === 'POST' ? JSON.parse(Buffer.from(body)) : {};
  exchange.onWrite(runClock.nowNs());
  exchange.onFlushed(runClock.nowNs());
  if (method === 'GET') {
    exchange.onHead({ status: 200, contentType: 'application/json' }, runClock.nowNs());
    push(MODELS);
    exchange.onEnd();
    return;
  }
  const send = (count) => {
    if (count === 1) {
      exchange.onHead({ status: 200, contentType: 'text/event-stream' }, runClock.nowNs());
    }
    const isLast = count === tokens;
    const choice = { delta: { content: 'a' }, finish_reason: isLast ? 'length' : null };
    const usage = isLast ? { completion_tokens: tokens } : undefined;
    push(`data: ${JSON.stringify({ choices: [choice], usage })}\n\n`);
    if (!isLast) {
      clock.after(ITL_MS, () => send(count + 1));
      return;
    }
    push('data: [DONE]\n\n');
    exchange.onEnd();
  };
  clock.after(TTFT_MS, () => send(1));
}

const run = replay(
  { trace: process.argv[2], urls: ['http://127.0.0.1:1'], serverDetails: 'off' },
  {
    clock,
    transport: createTransport,
    onEvent(event) {
      if (event.kind === 'started') console.log(event.rows, 'rows from now on');
    },
  },
);
const { rows, metrics } = await run.summary();
console.log('ok', rows.ok, 'of', rows.total);
console.log('time to first token', Math.round(metrics.time_to_first_token.mean / 1000), 's');
