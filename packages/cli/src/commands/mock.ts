import { createMockServer, mockOptionsSchema } from '@trace-replay/mock';

import { EXIT, type ExitCode } from '../exit-codes.ts';
import { type Io, print, remark } from '../io.ts';
import { UsageError } from '../errors.ts';

/** Values of the flags, as commander names them. */
export interface MockFlags {
  readonly port?: number;
  readonly model?: string;
  readonly ttft?: number;
  readonly itl?: number;
  readonly streamInterval?: number;
  readonly dialect?: string;
  readonly scenario?: unknown;
}

/** Serves the mock frontend until a signal comes. */
export async function mockCommand(flags: MockFlags, io: Io): Promise<ExitCode> {
  const { port, model, ttft, itl, streamInterval, dialect, scenario } = flags;
  const options = mockOptionsSchema.safeParse(
    JSON.parse(
      // JSON leaves out what is undefined.
      JSON.stringify({
        port,
        model,
        dialect,
        scenario,
        latency: { ttftMs: ttft, itlMs: itl, streamInterval },
      }),
    ),
  );
  if (!options.success) {
    const [issue] = options.error.issues;
    throw new UsageError(`Cannot start mock: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const server = await createMockServer(options.data);
  remark(io, `Serving ${options.data.model} until interrupted.`);
  await print(io, server.url);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve());
  });
  await server.stop();
  return EXIT.ok;
}
