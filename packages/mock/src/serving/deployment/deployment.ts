import * as z from 'zod';

const count = z.int().positive();
const positive = z.number().positive();
const ms = z.number().nonnegative();

/** The parameters of a modelled deployment. Times are real ones, before `timeScale`. */
const deploymentFields = z.strictObject({
  /** Every worker does both phases, or prefill and decode have workers of their own. */
  topology: z.enum(['aggregated', 'disaggregated']),
  /** Workers that do both phases; aggregated only. */
  workers: count,
  /** Workers of each phase; disaggregated only. */
  prefillWorkers: count,
  decodeWorkers: count,
  /** Requests are dealt in turn, or go where overlap with the cache and load say. */
  router: z.enum(['round-robin', 'kv-aware']),
  /** Weight of a block to be computed against a block held, in the router's choice. */
  overlapWeight: z.number().nonnegative(),

  /** Data-parallel ranks of one worker: each has its own batch, all of them step together. */
  ranks: count,
  /** Most sequences in the batch of one rank, where tokens are decoded. */
  sequencesPerRank: count,
  /** The same on a worker that only prefills. */
  prefillSequencesPerRank: count,
  /** Most tokens of one rank in a step: decoded ones first, the rest for chunks of prompts. */
  stepTokensPerRank: count,

  /** Whether blocks of earlier prompts are used again, where prompts are computed. */
  prefixCache: z.boolean(),
  /** Tokens in a block of the KV cache. */
  blockTokens: count,
  /** Blocks that one worker holds, in use and cached together. */
  cacheBlocks: count,
  /** Largest prompt + output in tokens. */
  maxModelTokens: count,

  /** Prompt tokens a second that the attention of one rank computes, on its own GPU … */
  rankPrefillTokensPerS: positive,
  /** … and those that the experts do, which all ranks of a worker share. */
  workerPrefillTokensPerS: positive,
  /** A step that decodes takes this long … */
  decodeStepMs: ms,
  /** … and this much longer for each sequence on the fullest rank. */
  decodeSequenceMs: ms,
  /** Largest share by which a step is shorter or longer than that, drawn from the seed. */
  stepJitter: z.number().min(0).lt(1),

  /** From prefill to decode worker: a wait, then so many tokens of KV cache a second. */
  transferMs: ms,
  transferTokensPerS: positive,

  /** Tokens a chunk, as TensorRT-LLM's `stream_interval` counts them. */
  streamInterval: count,
  /**
   * A worker with more prompt tokens than this waiting or in work takes no more requests; when
   * none takes any, the frontend answers 529. Absent for no limit.
   */
  busyPrefillTokens: count.optional(),
  /** Multiplies every time above: 0.1 is ten times as fast. */
  timeScale: z.number().nonnegative(),
});

export type Deployment = Readonly<z.infer<typeof deploymentFields>>;

/**
 * The aggregated deployment of the recipe deepseek-v32-fp4: DeepSeek-V3.2 NVFP4 on 32 GB200 GPUs,
 * four workers of eight, attention data-parallel and experts in parallel (DEP8).
 */
const aggregated: Deployment = {
  topology: 'aggregated',

  // The recipe's own settings, from its configuration files.
  workers: 4,
  prefillWorkers: 2,
  decodeWorkers: 2,
  router: 'round-robin',
  ranks: 8,
  // max_batch_size and max_num_tokens hold for one rank where attention is data-parallel.
  sequencesPerRank: 8,
  prefillSequencesPerRank: 32,
  stepTokensPerRank: 8192,
  // Block reuse is off in the baseline, so that it differs in three things from the other one.
  prefixCache: false,
  blockTokens: 64,
  maxModelTokens: 121_000,
  streamInterval: 10,

  // Dynamo's default.
  overlapWeight: 1,

  // The hardware. Nobody published what a step costs, so these four are estimates that agree with
  // what was published of both deployments at once: aggregated, 1.67 to 1.77 requests/s with 359 to
  // 414 ms a token; disaggregated, a TTFT of 3.9 s on average and 18.7 ms a token. That the experts
  // are the smaller part of prefill is in the nature of the model: 20 of 37 billion parameters a
  // token, but in FP4 and spread over eight GPUs, while attention is on one.
  rankPrefillTokensPerS: 16_000,
  workerPrefillTokensPerS: 80_000,
  decodeStepMs: 16.2,
  decodeSequenceMs: 1.8,
  // Steps are not all alike; nothing hangs on it.
  stepJitter: 0.05,

  // About 80 GB of a GPU are left for KV cache, and a token takes 70 kB: 61 layers of 576 values of
  // two bytes. The ranks of a worker count as one cache of 9 million tokens.
  cacheBlocks: 140_000,
  // 70 kB a token at 50 GB/s, one rank's share of the network.
  transferTokensPerS: 700_000,
  transferMs: 10,

  timeScale: 1,
};

/**
 * The recipe's other deployment, on the same GPUs: two workers for each phase, KV-aware routing,
 * and block reuse where prompts are computed.
 */
const disaggregated: Deployment = {
  ...aggregated,
  topology: 'disaggregated',
  router: 'kv-aware',
  prefixCache: true,
};

/** The two deployments that the recipe compares. */
export const DEPLOYMENTS = {
  'aggregated-round-robin': aggregated,
  'disaggregated-kv': disaggregated,
} as const satisfies Record<string, Deployment>;

export type DeploymentName = keyof typeof DEPLOYMENTS;

export const DEPLOYMENT_NAMES = Object.keys(DEPLOYMENTS) as [DeploymentName, ...DeploymentName[]];

const deploymentName = z.enum(DEPLOYMENT_NAMES);

/** A deployment by name, or a named one with some fields said otherwise: `{like, ...fields}`. */
export const deploymentSchema = z.union([
  deploymentName.transform((name): Deployment => DEPLOYMENTS[name]),
  deploymentFields
    .partial()
    .extend({ like: deploymentName.default('aggregated-round-robin') })
    .transform(({ like, ...fields }): Deployment => {
      const said = Object.entries(fields).filter(([, value]) => value !== undefined);
      return { ...DEPLOYMENTS[like], ...Object.fromEntries(said) };
    })
    .refine(({ cacheBlocks, blockTokens, maxModelTokens }) => {
      return cacheBlocks * blockTokens >= maxModelTokens;
    }, 'expected cacheBlocks × blockTokens of at least maxModelTokens'),
]);

export type DeploymentInput = z.input<typeof deploymentSchema>;
