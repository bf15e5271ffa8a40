import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { formatObjectives, type Objective } from '@trace-replay/metrics';
import { type RunningDeployments, startDeployments } from '@trace-replay/mock';
import type { Command } from 'commander';
import * as z from 'zod';

import { writeTrace } from '../artifacts/trace-output.ts';
import { cannotWrite } from '../artifacts/write-part.ts';
import { comparisonFormSchema } from '../compare/render-comparison.ts';
import { commandOptionsSchema } from '../flags/command-options.ts';
import { addFlags, flagFor, type FlagValues, number, valuesOf } from '../flags/flags.ts';
import { readReplayFlags, REPLAY_FLAGS } from '../flags/replay-flags.ts';
import type { ExitCode } from '../io/exit-codes.ts';
import { type CommandIo, type Io, remark } from '../io/io.ts';
import { abOptionsSchema, compareServers } from './ab.ts';
import { demoTrace } from './demo-trace.ts';

/** Options of the demonstration beyond those of a comparison. */
export const demoOptionsSchema = z.strictObject({
  timeScale: z
    .number()
    .min(0.01)
    .max(1)
    .default(0.2)
    .describe('multiply every time: 0.2 runs at 5 times real time'),
  repeat: abOptionsSchema.shape.repeat.default(3).describe('runs of each deployment'),
  prefixCache: z
    .enum(['on', 'off'])
    .default('off')
    .describe('prefix caching in the aggregated deployment'),
  ...comparisonFormSchema.shape,
});

type DemoOptions = z.output<typeof demoOptionsSchema>;

const { shape } = demoOptionsSchema;
const SHARED = new Set(['--trace', '--limit', '--artifact-dir', '--progress']);
const FLAGS = [
  flagFor(shape, 'timeScale', '--time-scale <factor>', number),
  flagFor(shape, 'repeat', '--repeat <count>', number),
  flagFor(shape, 'prefixCache', '--prefix-cache <on|off>'),
  flagFor(shape, 'json', '--json'),
  flagFor(shape, 'markdown', '--markdown'),
  flagFor(shape, 'verbose', '--verbose'),
  ...REPLAY_FLAGS.filter(({ long }) => SHARED.has(long ?? '')),
];

const ARTIFACT_DIR = commandOptionsSchema.shape.artifactDir;

/** Fewer than the recipe's ten: that the code of the mocks is warm is all that matters here. */
const WARM_UP = { warmUpRequests: 4, warmUpConcurrency: 4 };

/** Adds `demo` to a program. */
export function addDemoCommand(program: Command, io: CommandIo): void {
  const command = program
    .command('demo')
    .description(
      "the recipe's experiment on models of its two deployments; brings a trace of its own",
    )
    .action(async (values: FlagValues) => io.onEnd(await demo(values, io)));
  addFlags(command, FLAGS);
}

/**
 * The recipe's experiment on models of its two deployments: aggregated with round-robin routing
 * against disaggregated with KV-aware routing, each in a process of its own.
 */
async function demo(values: FlagValues, io: Io): Promise<ExitCode> {
  const options = demoOptionsSchema.parse(valuesOf(shape, FLAGS, values));
  const trace = join(ARTIFACT_DIR.parse(values['artifactDir']), 'demo-trace.jsonl');
  const given = { trace, ...values };
  const { timeScale, repeat, prefixCache, json, markdown, verbose } = options;
  // The flags are checked before two processes are started.
  readRunOptions(given, timeScale, []);
  if (values['trace'] === undefined) await writeOwnTrace(trace, io);
  const deployments = await startDeployments({
    timeScale,
    ...(prefixCache === 'on' && { changes: { prefixCache: true } }),
  });
  try {
    const { 'aggregated-round-robin': a, 'disaggregated-kv': b } = deployments.mocks;
    remark(io, introduction(options, deployments));
    const ab = abOptionsSchema.parse({
      a: [a.url],
      b: [b.url],
      aName: `aggregated-round-robin${prefixCache === 'on' ? '-prefix-cache-on' : ''}`,
      bName: 'disaggregated-kv',
      repeat,
      name: 'demo',
      json,
      markdown,
      verbose,
    });
    const { replay, command } = readRunOptions(given, timeScale, ab.a);
    const code = await compareServers(ab, { replay: { ...replay, ...WARM_UP }, command }, io);
    remark(io, explanation(options));
    return code;
  } finally {
    await deployments.stop();
  }
}

/** Beside the runs, so that it can be replayed again. */
async function writeOwnTrace(path: string, io: Io): Promise<void> {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw cannotWrite(path, error);
  }
  await writeTrace(path, demoTrace(), io);
}

function readRunOptions(values: FlagValues, timeScale: number, url: readonly string[]) {
  return readReplayFlags({
    ...values,
    url,
    // As a person would write the factor: 1 ÷ 0.7 is 1.42857142857.
    speedup: Number((1 / timeScale).toPrecision(12)),
    goodput: scaledObjectives(timeScale),
    // The servers share this machine, so an inexact run does not fail the demonstration.
    fidelityGate: false,
  });
}

/**
 * The recipe's limit on TTFT, and 30 ms a token: between the two deployments, where few rows are,
 * so that the error of a busy machine decides no row.
 */
const OBJECTIVES: readonly Objective[] = [
  { metric: 'time_to_first_token', limitMs: 20_000 },
  { metric: 'inter_token_latency', limitMs: 30 },
];

/** The objectives of the demonstration, as much shorter as everything else is. */
export function scaledObjectives(timeScale: number): string {
  return formatObjectives(
    OBJECTIVES.map(({ metric, limitMs }) => ({ metric, limitMs: limitMs * timeScale })),
  );
}

function introduction({ timeScale, repeat }: DemoOptions, { mocks }: RunningDeployments): string {
  const times = repeat === 1 ? 'once' : `${repeat} times`;
  const pids = Object.values(mocks).map(({ pid }) => pid);
  return (
    `Models of two deployments on 32 GPUs run here (processes ${pids.join(' and ')}), ` +
    `at ${factorOf(timeScale)} real time.\nThe trace is replayed against each ${times}, in turns.`
  );
}

function explanation({ timeScale, prefixCache }: DemoOptions): string {
  const reuse =
    prefixCache === 'on'
      ? 'Both reuse cached prefixes.'
      : 'The\naggregated one caches nothing; --prefix-cache on changes that: the fair ablation.';
  return `
These are models (README of @trace-replay/mock) at ${factorOf(timeScale)} real time; so are all times here.
Why they differ: workers of the aggregated deployment compute prompts between the tokens of other
answers, which delays these tokens. The disaggregated one has workers for decoding alone, and its
router sends a prompt to the worker that has cached its beginning. ${reuse}

For your own servers:
  replay ab --trace trace.jsonl --a http://localhost:8000 --b http://localhost:8001`;
}

function factorOf(timeScale: number): string {
  return `${Number((1 / timeScale).toPrecision(3))}×`;
}
