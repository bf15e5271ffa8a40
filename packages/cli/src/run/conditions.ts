import { availableParallelism, arch, hostname, platform, totalmem } from 'node:os';

import type { Conditions } from '@trace-replay/metrics';
import type { ReadyPlan } from '@trace-replay/replayer';
import { PROMPT_ALGORITHM } from '@trace-replay/replayer/internal';

import { snakeCase } from '../io/snake-case.ts';
import { VERSIONS } from '../io/versions.ts';

/**
 * Options that are not among the flags: those that hold a secret or text that may hold one, and the
 * shard, which is no condition of the run.
 */
const LEFT_OUT = new Set(['apiKey', 'headers', 'tls', 'shard']);

/** Under what conditions a run was made: what must be equal before two runs are compared. */
export function conditionsOf(ready: ReadyPlan): Conditions {
  const { options, scan, schedule } = ready;
  const { startOffsetMs, endOffsetMs, limit } = options;
  return {
    trace: {
      file: options.trace,
      sha256: scan.sha256,
      rows: scan.rowCount,
      selected_rows: schedule.count,
      first_row: schedule.firstRow,
      block_size: options.blockSize,
      ...cachePredictionOf(ready),
    },
    model: ready.model,
    endpoint: options.endpoint,
    urls: ready.targets.map(({ url }) => url),
    seed: options.seed,
    speedup: options.speedup,
    ...(startOffsetMs !== undefined && { start_offset_ms: startOffsetMs }),
    ...(endOffsetMs !== undefined && { end_offset_ms: endOffsetMs }),
    ...(limit !== undefined && { limit }),
    output_length: options.outputLength,
    prompt_algorithm: PROMPT_ALGORITHM,
    flags: flagsOf(options),
    versions: VERSIONS,
    host: {
      hostname: hostname(),
      os: platform(),
      arch: arch(),
      cpus: availableParallelism(),
      memory_bytes: totalmem(),
    },
  };
}

/** Rows that were selected have a mean; absent only if the trace has too many prefixes. */
function cachePredictionOf({ scan }: ReadyPlan): Pick<Conditions['trace'], 'cache_prediction'> {
  const { cachedTokens, promptTokens, meanHitRate } = scan.cachePrediction ?? {};
  if (cachedTokens === undefined || promptTokens === undefined || meanHitRate === undefined) {
    return {};
  }
  return {
    cache_prediction: {
      cached_tokens: cachedTokens,
      prompt_tokens: promptTokens,
      mean_hit_rate: meanHitRate,
    },
  };
}

/** Every option that is set, in snake_case, without secrets: of headers only the names. */
export function flagsOf(options: ReadyPlan['options']): Record<string, unknown> {
  const flags: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(options)) {
    if (value !== undefined && !LEFT_OUT.has(key)) flags[snakeCase(key)] = value;
  }
  flags['header_names'] = Object.keys(options.headers);
  flags['insecure'] = options.tls.insecure ?? false;
  return flags;
}
