import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { ROOT } from '../input/root.ts';
import { mockKind } from '../servers/mock.ts';
import { percentile } from '../figures/statistics.ts';

/** How late requests arrive that the simplest sender sends: the machine's own doing. */
export interface MachineNoise {
  readonly earliestMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** For the note of a test that is skipped. */
  readonly text: string;
}

/** The built program: a child process runs no TypeScript. */
const SENDER = fileURLToPath(new URL('.cache/bench/machine/control-sender.js', ROOT));
/** The first ones find both processes cold, which is no noise of the machine: 2 to 6 ms at p99. */
const COLD = 100;
const REQUESTS = 300;
const GAP_MS = 10;

/** Measures the machine for some three seconds: a sender and a server, each in its own process. */
export async function measureMachineNoise(): Promise<MachineNoise> {
  const server = await mockKind.start({ ttftMs: 1, itlMs: 1 });
  try {
    const args = [server.port, REQUESTS, GAP_MS].map(String);
    const { stdout } = await promisify(execFile)(process.execPath, [SENDER, ...args]);
    const dueMs = JSON.parse(stdout) as readonly number[];
    const { requests } = await server.log();
    if (requests.length !== REQUESTS) {
      throw new Error(`The control lost requests: ${requests.length} came`);
    }
    const lags = requests.flatMap(({ requestId, headersAtMs }) => {
      const index = Number(requestId?.replace('control-', ''));
      return index < COLD ? [] : [headersAtMs - dueMs[index]!];
    });
    const [earliestMs, p50Ms, p99Ms] = [0, 0.5, 0.99].map((p) => percentile(lags, p)!);
    const text =
      `a plain sender’s requests arrive ${p50Ms!.toFixed(2)} ms late at the median ` +
      `and ${p99Ms!.toFixed(2)} ms at p99`;
    return { earliestMs: earliestMs!, p50Ms: p50Ms!, p99Ms: p99Ms!, text };
  } finally {
    await server.stop();
  }
}
