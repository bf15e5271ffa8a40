import { type RunningDeployments, startDeployments } from '@trace-replay/mock';

import { abOptionsSchema } from './ab-options.ts';
import { type DemoOptions, demoOptionsSchema, scaledObjectives } from './demo-options.ts';
import type { ExitCode } from '../io/exit-codes.ts';
import { type Io, remark } from '../io/io.ts';
import { compareServers } from './ab.ts';
import { readReplayFlags, type ReplayFlags } from '../flags/replay-flags.ts';

/** Fewer than the recipe's ten: that the code of the mocks is warm is all that matters here. */
const WARM_UP = { warmUpRequests: 4, warmUpConcurrency: 4 };

/**
 * The recipe's experiment on models of its two deployments: aggregated with round-robin routing
 * against disaggregated with KV-aware routing, each in a process of its own.
 */
export async function demoCommand(flags: ReplayFlags, io: Io): Promise<ExitCode> {
  const { timeScale, repeat, prefixCache, json, markdown, ...rest } = flags;
  const demo = demoOptionsSchema.parse({ timeScale, repeat, prefixCache });
  // The flags are checked before two processes are started.
  readDemoFlags(rest, demo, []);
  const deployments = await startDeployments({
    timeScale: demo.timeScale,
    ...(demo.prefixCache === 'on' && { changes: { prefixCache: true } }),
  });
  try {
    const { 'aggregated-round-robin': a, 'disaggregated-kv': b } = deployments.mocks;
    remark(io, introduction(demo, deployments));
    const ab = abOptionsSchema.parse({
      a: [a.url],
      b: [b.url],
      aName: `aggregated-round-robin${demo.prefixCache === 'on' ? '-prefix-cache-on' : ''}`,
      bName: 'disaggregated-kv',
      repeat: demo.repeat,
      name: 'demo',
      json,
      markdown,
    });
    const { replay, run } = readDemoFlags(rest, demo, ab.a);
    const code = await compareServers({ ab, replay: { ...replay, ...WARM_UP }, run }, io);
    remark(io, explanation(demo));
    return code;
  } finally {
    await deployments.stop();
  }
}

function readDemoFlags(flags: ReplayFlags, { timeScale }: DemoOptions, url: readonly string[]) {
  return readReplayFlags({
    ...flags,
    url,
    // A decimal that says the factor as a person would: 1 ÷ 0.05 is 20.
    speedup: Number((1 / timeScale).toPrecision(12)),
    goodput: scaledObjectives(timeScale),
    // How exact a machine is that serves as well is no reason to fail.
    fidelityGate: false,
  });
}

function introduction({ timeScale, repeat }: DemoOptions, { mocks }: RunningDeployments): string {
  const runs = repeat === 1 ? 'once' : `${repeat} times`;
  const pids = Object.values(mocks).map(({ pid }) => pid);
  return (
    `Two models of deployments on 32 GPUs serve here (processes ${pids.join(' and ')}), ` +
    `${factorOf(timeScale)} as fast as life.\nThe trace is replayed against each ${runs}, in turns.`
  );
}

function explanation({ timeScale, prefixCache }: DemoOptions): string {
  const reuse =
    prefixCache === 'on'
      ? 'Both use what they have cached.'
      : 'The other one\ncaches nothing; with --prefix-cache on it does, which is the fair ablation.';
  return `
Those were models (packages/mock/README.md), ${factorOf(timeScale)} as fast as life, and so are the times above.
What makes the difference in them: workers that do both compute prompts between the tokens of
other answers, so that tokens wait. The disaggregated deployment decodes on workers of its own, and
its router sends a prompt to where its beginning is cached. ${reuse}

For servers of yours:
  npm run replay -- ab --trace trace.jsonl --a http://localhost:8000 --b http://localhost:8001`;
}

function factorOf(timeScale: number): string {
  return timeScale === 1 ? 'just' : `${Number((1 / timeScale).toPrecision(3))} times`;
}
