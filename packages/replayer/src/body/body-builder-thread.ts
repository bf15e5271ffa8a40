import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';

import { BodyBuilder } from './body-builder.ts';
import type { BuilderData, BuildMessage, BuiltMessage } from './start-body-builder.ts';

// The thread's entry point: rows in, bodies to the senders, in order, without a copy.
const { build, senders } = workerData as BuilderData;

// Bodies are seconds ahead; senders need the core. Only on Linux has a thread its own priority.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const builder = new BodyBuilder(build);

parentPort?.on('message', ({ row, request, sender }: BuildMessage) => {
  const { body, digest } = builder.ofRow(row);
  const bytes = body.byteLength;
  senders[sender]?.postMessage({ ...request, body }, [body.buffer as ArrayBuffer]);
  const built: BuiltMessage = { row: row.index, bytes, digest };
  parentPort?.postMessage(built);
});
