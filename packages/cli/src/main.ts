#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

import { runProgram } from './program.ts';

// V8 makes a heap smaller when little is allocated, in collections of up to 12 ms. The threads that
// send and read allocate little, and have no such moment; they begin later,
// so that this reaches them.
setFlagsFromString('--no-memory-reducer');

// `| head` closes our output early, a session is taken away: the run goes on,
// its artifacts are whole.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}

process.exitCode = await runProgram(process.argv.slice(2), process);
