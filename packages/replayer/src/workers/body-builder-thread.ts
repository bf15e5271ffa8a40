import { parentPort, workerData } from 'node:worker_threads';

import type { TraceRow } from '../trace/row.ts';
import { type BuildOptions, createBodyBuilder } from './body-builder.ts';

// The thread's entry point: rows in, bodies out, in order, without a copy.
const builder = createBodyBuilder(workerData as BuildOptions);

parentPort?.on('message', (row: TraceRow) => {
  const built = builder.ofRow(row);
  parentPort?.postMessage(built, [built.body.buffer as ArrayBuffer]);
});
