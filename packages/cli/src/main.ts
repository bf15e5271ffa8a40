#!/usr/bin/env node
import { runProgram } from './program.ts';

// `| head` closes our output early, a session is taken away: the run goes on, its artifacts are whole.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}

process.exitCode = await runProgram(process.argv.slice(2), process);
