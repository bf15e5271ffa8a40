import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

import { createPlainLines } from './plain-lines.mjs';

const LIVE_EVERY_MS = 10_000;

/**
 * Copies the output of a terminal program from a growing file to a stream, as plain lines; a line
 * that it redraws is copied every ten seconds.
 *
 * @param {string} file need not exist yet
 * @param {{ write(text: string): unknown }} output
 * @param {() => number} now milliseconds of any clock
 */
export function createLogTail(file, output, now = Date.now) {
  const decoder = new StringDecoder('utf8');
  const lines = createPlainLines();
  const buffer = Buffer.alloc(65_536);
  let position = 0;
  let liveAt = now();
  let shown = '';

  function relay() {
    if (!existsSync(file)) return;
    const descriptor = openSync(file, 'r');
    for (;;) {
      const bytes = readSync(descriptor, buffer, 0, buffer.length, position);
      if (bytes === 0) break;
      position += bytes;
      const text = decoder.write(buffer.subarray(0, bytes));
      for (const line of lines.push(text)) output.write(`${line}\n`);
    }
    closeSync(descriptor);
    if (now() - liveAt < LIVE_EVERY_MS) return;
    liveAt = now();
    if (lines.live !== shown && lines.live !== '') output.write(`${lines.live}\n`);
    shown = lines.live;
  }

  return {
    /** Copies the output since the last call. */
    relay,
    /** The same, with the last line even if it is unfinished. */
    finish() {
      relay();
      for (const line of lines.push('\n')) if (line !== '') output.write(`${line}\n`);
    },
  };
}
