import { createMockServer, DEPLOYMENT_NAMES } from '@trace-replay/mock';
import { type MockOptions, mockOptionsSchema } from '@trace-replay/mock/internal';
import type { Command } from 'commander';
import * as z from 'zod';

import { addFlags, Flag, json, number } from '../flags/flags.ts';
import { UsageError } from '../io/errors.ts';
import { EXIT, type ExitCode } from '../io/exit-codes.ts';
import { type CommandIo, type Io, print, remark } from '../io/io.ts';

const SWITCH = ['on', 'off'] as const;
const { port, model } = mockOptionsSchema.shape;

/** Options of the command. The mock's own schema has the limits, and checks all of them at once. */
const shape = {
  port: port.describe('port to listen on; 0 for any'),
  model: model.describe('name of the model it lists'),
  mode: z.enum(DEPLOYMENT_NAMES).optional().describe('model a deployment of the recipe'),
  prefixCache: z.enum(SWITCH).optional().describe('change whether it uses blocks again'),
  deployment: z.unknown().describe('change its other parameters'),
  timeScale: z.number().optional().describe('multiply every time: 0.1 is ten times as fast'),
  ttft: z.number().optional().describe('time to the first token, without --mode'),
  itl: z.number().optional().describe('time from token to token, without --mode'),
  streamInterval: z.number().optional().describe('tokens a chunk'),
  maxInFlight: z.number().optional().describe('answer 529 to more'),
  dialect: z.string().optional().describe('server whose wording it uses'),
  scenario: z.unknown().describe('faults'),
  seed: z.number().optional().describe('of whatever is random about it'),
};

type MockFlags = z.output<z.ZodObject<typeof shape>>;

const FLAGS = [
  new Flag(shape, 'port', '--port <port>', number),
  new Flag(shape, 'model', '--model <name>'),
  new Flag(shape, 'mode', '--mode <deployment>').choices(DEPLOYMENT_NAMES),
  new Flag(shape, 'prefixCache', '--prefix-cache <on|off>').choices(SWITCH),
  new Flag(shape, 'deployment', '--deployment <json>', json('--deployment')),
  new Flag(shape, 'timeScale', '--time-scale <factor>', number),
  new Flag(shape, 'ttft', '--ttft <ms>', number),
  new Flag(shape, 'itl', '--itl <ms>', number),
  new Flag(shape, 'streamInterval', '--stream-interval <tokens>', number),
  new Flag(shape, 'maxInFlight', '--max-in-flight <requests>', number),
  new Flag(shape, 'dialect', '--dialect <name>'),
  new Flag(shape, 'scenario', '--scenario <json>', json('--scenario')),
  new Flag(shape, 'seed', '--seed <number>', number),
];

/** Adds `mock` to a program: serves the mock frontend until a signal comes. */
export function addMockCommand(program: Command, io: CommandIo): void {
  const command = program
    .command('mock')
    .description('serve an OpenAI-compatible frontend: known times, or a modelled deployment')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: MockFlags) => io.onEnd(await serveMock(flags, io)));
  addFlags(command, FLAGS);
}

async function serveMock(flags: MockFlags, io: Io): Promise<ExitCode> {
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
  if (lag.max_ns !== undefined) {
    const { p50_ns = 0, p99_ns = 0, max_ns } = lag;
    const [p50, p99, max] = [p50_ns, p99_ns, max_ns].map((ns) => (ns / 1e6).toFixed(2));
    remark(
      io,
      `Served ${requests} requests. Of ${lag.count} chunks, half left within ${p50} ms of their ` +
        `time, 99 % within ${p99} ms, all within ${max} ms.`,
    );
  }
  await server.stop();
  return EXIT.ok;
}

function readFlags({ mode, prefixCache, ttft, itl, ...flags }: MockFlags): MockOptions {
  const { deployment, timeScale, streamInterval, ...others } = flags;
  const times = { timeScale, streamInterval };
  const modelled = {
    ...(deployment as object | undefined),
    like: mode,
    prefixCache: prefixCache === undefined ? undefined : prefixCache === 'on',
    ...times,
  };
  const options = mockOptionsSchema.safeParse({
    ...others,
    deployment: mode === undefined ? undefined : modelled,
    latency: { ttftMs: ttft, itlMs: itl, ...times },
  });
  if (!options.success) {
    const [issue] = options.error.issues;
    throw new UsageError(`Cannot start mock: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const misplaced: Readonly<Record<string, unknown>> =
    mode === undefined ? { prefixCache, deployment } : { ttft, itl };
  const flag = FLAGS.find(({ key }) => misplaced[key] !== undefined);
  if (flag === undefined) return options.data;
  throw new UsageError(
    `Cannot use ${flag.long}: --mode is ${mode ?? 'absent'}, expected ` +
      (mode === undefined ? 'a deployment to change' : 'known times instead of a deployment'),
  );
}

const EXAMPLES = `
Examples:
  replay mock --port 8000 --ttft 50 --itl 10
  replay mock --port 8000 --mode disaggregated-kv --time-scale 0.1
  replay mock --port 8001 --mode aggregated-round-robin --prefix-cache on --time-scale 0.1
  replay mock --mode aggregated-round-robin --deployment '{"workers":2,"busyPrefillTokens":100000}'
  replay mock --scenario '[{"every":10,"scenario":{"kind":"loses-worker"}}]'`;
