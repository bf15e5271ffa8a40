import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { createClock, nodeTimers, type Timers, zeroIn } from '../time/clock.ts';
import { BODY_BYTES, createRehearsalServer, TOKENS } from './rehearsal-server.ts';
import { createSender } from './sender.ts';

const REQUESTS = 96;
const WAVE = 8;
const WAVE_EVERY_MS = 6;
/**
 * Instants as large as those of a long run: beyond 2^31 ns V8 keeps them in another form and throws
 * away the code that has only seen small ones, in the middle of a run.
 */
const AFTER_ZERO_MS = 3_600_000;

/**
 * Sends requests to a server of its own on this thread's loop, before the run: undici's parser is
 * compiled, and V8 compiles what lies between a due time and a record. The first burst of a run
 * would pay for that otherwise. A machine that refuses the server goes without a rehearsal.
 *
 * @param dueTimers those of the run
 */
export async function rehearse(dueTimers: Timers): Promise<void> {
  const server = createRehearsalServer();
  try {
    await once(server.listen(0, '127.0.0.1'), 'listening');
  } catch {
    return;
  }
  const { port } = server.address() as AddressInfo;
  const address = { address: '127.0.0.1', family: 4 } as const;
  const origin = `http://127.0.0.1:${port}`;
  const target = { url: origin, origin, basePath: '', headers: {}, tls: {}, address };
  let left = REQUESTS;
  await new Promise<void>((resolve) => {
    const settle = () => {
      left--;
      if (left > 0) return;
      sender.close();
      resolve();
    };
    const sender = createSender(
      {
        targets: [target],
        path: '/v1/chat/completions',
        deadlines: { connectMs: 1000, totalMs: 2000 },
        exactLength: true,
        runId: 'rehearsal',
      },
      { onDispatched: () => undefined, onRecord: settle, onDropped: settle },
      { clock: createClock(zeroIn(-AFTER_ZERO_MS)), timers: nodeTimers, dueTimers },
    );
    for (let row = 0; row < REQUESTS; row++) {
      const body = new Uint8Array(BODY_BYTES).fill(0x61);
      const dueNs = (AFTER_ZERO_MS + Math.floor(row / WAVE) * WAVE_EVERY_MS) * 1e6;
      sender.offer({ row, dueNs, inputTokens: 1, outputTokens: TOKENS, target: 0, body });
    }
  });
  server.close();
}
