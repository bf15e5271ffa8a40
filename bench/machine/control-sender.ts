import { connect } from 'node:net';

import { monotonicNowMs } from './host-clock.ts';

// The control: the simplest process that sends requests at known times. One socket, opened before;
// a timer to just before the due time, then a look at the clock each turn of the loop. What comes
// late from here came late because of the machine. Arguments: port, requests, gap in ms.
// Standard output: the due time of each request, CLOCK_MONOTONIC, ms.

const [port = 0, count = 0, gapMs = 0] = process.argv.slice(2).map(Number);
const START_AFTER_MS = 100;
/** Node's timers wake up to a millisecond early or late; the rest is watched. */
const WATCH_MS = 1.5;

const socket = connect(port, '127.0.0.1', () => {
  socket.setNoDelay(true);
  socket.resume();
  const zeroMs = monotonicNowMs() + START_AFTER_MS;
  const dueMs = (index: number) => zeroMs + index * gapMs;

  const next = (index: number): void => {
    const waitMs = dueMs(index) - monotonicNowMs();
    if (waitMs > WATCH_MS) setTimeout(next, waitMs - WATCH_MS, index);
    else if (waitMs > 0) setImmediate(next, index);
    else {
      socket.write(encodeRequest(index));
      if (index + 1 < count) next(index + 1);
      else setTimeout(finish, 200);
    }
  };

  function finish(): void {
    process.stdout.write(JSON.stringify(Array.from({ length: count }, (_, i) => dueMs(i))));
    socket.end();
  }

  next(0);
});

function encodeRequest(index: number): string {
  const body = JSON.stringify({
    model: 'mock-model',
    prompt: 'one',
    max_tokens: 1,
    stream: true,
  });
  return (
    `POST /v1/completions HTTP/1.1\r\nhost: control\r\ncontent-type: application/json\r\n` +
    `x-request-id: control-${index}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  );
}
