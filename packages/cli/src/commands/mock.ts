import { createMockServer } from '@trace-replay/mock';
import { type MockOptions, mockOptionsSchema } from '@trace-replay/mock/internal';

import { UsageError } from '../io/errors.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { type Io, print, remark } from '../io/io.ts';

/** Values of the flags, as commander names them. */
export interface MockFlags {
  readonly port?: number;
  readonly model?: string;
  readonly mode?: string;
  readonly prefixCache?: string;
  readonly deployment?: unknown;
  readonly timeScale?: number;
  readonly ttft?: number;
  readonly itl?: number;
  readonly streamInterval?: number;
  readonly maxInFlight?: number;
  readonly dialect?: string;
  readonly scenario?: unknown;
  readonly seed?: number;
}

/** Serves the mock frontend until a signal comes. */
export async function mockCommand(flags: MockFlags, io: Io): Promise<ExitCode> {
  const options = readFlags(flags);
  const server = await createMockServer(options);
  const what = flags.mode === undefined ? options.model : `${options.model}, ${flags.mode},`;
  remark(io, `Serving ${what} until interrupted.`);
  await print(io, server.url);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve());
  });
  const { requests, emission_lag: lag } = server.journal().summary;
  if (lag.max_ns !== undefined) remark(io, lagSentence(requests, lag.count, lag));
  await server.stop();
  return EXIT.ok;
}

function readFlags(flags: MockFlags): MockOptions {
  const { mode, ttft, itl, streamInterval, timeScale } = flags;
  const { port, model, dialect, scenario, seed, maxInFlight } = flags;
  const options = mockOptionsSchema.safeParse(
    withoutAbsent({
      port,
      model,
      dialect,
      scenario,
      seed,
      maxInFlight,
      deployment: mode === undefined ? undefined : deploymentOf(flags, mode),
      latency: withoutAbsent({ ttftMs: ttft, itlMs: itl, streamInterval, timeScale }),
    }),
  );
  if (!options.success) {
    const [issue] = options.error.issues;
    throw new UsageError(`Cannot start mock: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const only = mode === undefined ? ['prefixCache', 'deployment'] : ['ttft', 'itl'];
  const misplaced = Object.entries(flags).find(
    ([name, value]) => only.includes(name) && value !== undefined,
  );
  if (misplaced !== undefined) {
    const flag = misplaced[0].replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(
      `Cannot use --${flag}: --mode is ${mode ?? 'absent'}, expected ` +
        (mode === undefined ? 'a deployment to change' : 'known times instead of a deployment'),
    );
  }
  return options.data;
}

function deploymentOf(flags: MockFlags, mode: string): Record<string, unknown> {
  const { prefixCache, deployment, timeScale, streamInterval } = flags;
  return withoutAbsent({
    ...(deployment as object | undefined),
    like: mode,
    prefixCache: prefixCache === undefined ? undefined : prefixCache === 'on',
    timeScale,
    streamInterval,
  });
}

function withoutAbsent(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

interface Lag {
  readonly p50_ns?: number;
  readonly p99_ns?: number;
  readonly max_ns?: number;
}

function lagSentence(requests: number, chunks: number, { p50_ns, p99_ns, max_ns }: Lag): string {
  const [p50, p99, max] = [p50_ns, p99_ns, max_ns].map((ns) => ((ns ?? 0) / 1e6).toFixed(2));
  return (
    `Served ${requests} requests. Of ${chunks} chunks, half left within ${p50} ms of their time, ` +
    `99 % within ${p99} ms, all within ${max} ms.`
  );
}
