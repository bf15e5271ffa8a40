import { startMock } from '@trace-replay/mock';

import { EXIT, type ExitCode } from '../exit-codes.ts';
import { type Io, remark } from '../io.ts';
import { replayCommand } from './replay.ts';
import type { ReplayFlags } from './replay-flags.ts';

/** About a small model on one GPU, so that the figures look like figures. */
const LATENCY = { ttftMs: 40, perInputTokenMs: 0.02, itlMs: 8, jitter: 0.2 };

/** Replays a trace against a mock frontend in a process of its own: the tool, without a server. */
export async function demoCommand(flags: ReplayFlags, io: Io): Promise<ExitCode> {
  const mock = await startMock({ latency: LATENCY });
  try {
    remark(io, `A mock frontend serves at ${mock.url} (process ${mock.pid}).`);
    const code = await replayCommand({ fidelityGate: false, ...flags, url: [mock.url] }, io);
    if (code === EXIT.ok) {
      remark(
        io,
        'That was a mock. For a server of yours:\n' +
          '  npm run replay -- --trace trace.jsonl --url http://localhost:8000',
      );
    }
    return code;
  } finally {
    await mock.stop();
  }
}
