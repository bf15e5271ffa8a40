import { createRequire } from 'node:module';
import { arch, availableParallelism, hostname, platform, totalmem } from 'node:os';

import type { Conditions } from '@trace-replay/metrics';

import { PROMPT_ALGORITHM } from './prompt/prompt.ts';
import { isSecretField, secretsOf } from './errors/redact.ts';
import type { Plan } from './plan.ts';
import type { ExpectedHits } from './scan/expect-cache.ts';
import type { ReadyPlan } from './ready.ts';

/** Options that are no flags in the conditions: those that may hold a secret, and the shard. */
const LEFT_OUT = new Set(['apiKey', 'headers', 'tls', 'shard']);

/**
 * The conditions of a run: a comparison of two runs looks at them first. Before the targets were
 * asked, the model is the one of the options.
 *
 * @param promptAlgorithm name of the rule by which rows became prompts
 */
export function conditionsOf(
  {
    options,
    scan,
    schedule,
    targets,
    model = options.model,
  }: Plan & Partial<Pick<ReadyPlan, 'model'>>,
  promptAlgorithm = PROMPT_ALGORITHM,
): Conditions {
  const { startOffsetMs, endOffsetMs, limit } = options;
  const { cachePrediction: cache, cacheExpectation: expected } = scan;
  return {
    trace: {
      file: options.trace,
      ...(scan.sha256 !== undefined && { sha256: scan.sha256 }),
      rows: scan.rowCount,
      selected_rows: schedule.count,
      first_row: schedule.firstRow,
      block_size: options.blockSize,
      // Absent if the trace has too many prefixes.
      ...(cache?.meanHitRate !== undefined && {
        cache_prediction: {
          cached_tokens: cache.cachedTokens,
          prompt_tokens: cache.promptTokens,
          mean_hit_rate: cache.meanHitRate,
        },
      }),
      ...(expected && {
        cache_expectation: {
          workers: expected.workers,
          cache_tokens: expected.cacheTokens,
          kv_aware: expectedHits(expected.kvAware),
          round_robin: expectedHits(expected.roundRobin),
        },
      }),
    },
    ...(model !== undefined && { model }),
    endpoint: options.endpoint,
    urls: targets.map(({ url }) => url),
    seed: options.seed,
    speedup: options.speedup,
    ...(startOffsetMs !== undefined && { start_offset_ms: startOffsetMs }),
    ...(endOffsetMs !== undefined && { end_offset_ms: endOffsetMs }),
    ...(limit !== undefined && { limit }),
    output_length: options.outputLength,
    prompt_algorithm: promptAlgorithm,
    flags: flagsOf(options),
    versions: versions(),
    host: {
      hostname: hostname(),
      os: platform(),
      arch: arch(),
      cpus: availableParallelism(),
      memory_bytes: totalmem(),
    },
  };
}

function expectedHits({ cachedTokens, meanHitRate }: ExpectedHits) {
  return { cached_tokens: cachedTokens, mean_hit_rate: meanHitRate };
}

/** Every option that is set, in snake_case, without secrets: of headers only the names. */
function flagsOf(options: Plan['options']): Record<string, unknown> {
  const flags: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || LEFT_OUT.has(key)) continue;
    flags[key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value;
  }
  flags['body'] = withoutSecrets(options.body, secretsOf(options));
  // A query may hold a key.
  flags['urls'] = options.urls.map((url) => url.split('?', 1).join());
  flags['header_names'] = Object.keys(options.headers);
  flags['insecure'] = options.tls.insecure ?? false;
  return flags;
}

/** A body as files have it: the values of fields with secret names are left out. */
function withoutSecrets(value: unknown, secrets: readonly string[], isSecret = false): unknown {
  if (typeof value === 'string') {
    const isKnown = isSecret || secrets.some((secret) => value.includes(secret));
    return isKnown ? '[redacted]' : value;
  }
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, secrets, isSecret));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      withoutSecrets(field, secrets, isSecret || isSecretField(name)),
    ]),
  );
}

interface Package {
  readonly version: string;
}

/** Versions of what decides the numbers of a run. */
function versions(): Conditions['versions'] {
  // Written out, so that a bundle takes both files in (scripts/bundle.mjs).
  const own = createRequire(import.meta.url)('../package.json') as Package;
  const undici = createRequire(import.meta.url)('undici/package.json') as Package;
  return { trace_replay: own.version, node: process.versions.node, undici: undici.version };
}
