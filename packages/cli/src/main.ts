#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

import { EXIT } from './io/exit-codes.ts';
import { openTerminal } from './io/terminal.ts';
import { runProgram } from './program.ts';

// V8 makes a heap smaller when little is allocated, in collections of up to 12 ms. The threads that
// send and read allocate little, and have no such moment; they begin later,
// so that this reaches them.
setFlagsFromString('--no-memory-reducer');

/** Who closes our output early (`| head`), or takes its session away, wants no more of it. */
const NOT_WANTED = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

// Whatever happens to a terminal, a pipe or the disk behind them: the run goes on.
let isResultLost = false;
process.stdout.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
  if (NOT_WANTED.has(code)) return;
  isResultLost = true;
  // It may come after the end of the program.
  process.exitCode = EXIT.artifact;
});
process.stderr.on('error', () => undefined);

const terminal = openTerminal(process.stderr);
const stderr = terminal ?? process.stderr;
const code = await runProgram(process.argv.slice(2), { stdout: process.stdout, stderr });
await terminal?.drain();
process.exitCode = isResultLost ? EXIT.artifact : code;
