import { ENDPOINT_PATHS } from './body/body.ts';
import type { Deadlines } from './client/deadlines.ts';
import { ReadinessError } from './errors/errors.ts';
import type { OnReplayEvent } from './events.ts';
import type { ResolvedOptions } from './options.ts';
import type { Plan } from './plan.ts';
import { waitForModel } from './target/readiness.ts';
import { probeServerDetails, type ServerDetails } from './target/detail-probe.ts';
import { resolveTarget, type Target } from './target/target.ts';
import { warmUp } from './target/warm-up.ts';
import { type BuildOptions, createBodyBuilder } from './body/body-builder.ts';
import { senderCount } from './schedule/sender-count.ts';

/** A plan whose targets are there and serve the model. */
export interface ReadyPlan extends Plan {
  readonly targets: readonly Target[];
  readonly model: string;
  readonly serverDetails: ServerDetails;
  readonly deadlines: Deadlines;
  /** Below a target's base path. */
  readonly path: string;
  readonly build: BuildOptions;
  /** Threads that send and read. */
  readonly workers: number;
}

export interface ReadyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: OnReplayEvent | undefined;
}

/**
 * Resolves the targets, waits for the model, asks what the server can tell, and warms it up.
 *
 * @throws {ReadinessError} saying what was seen instead of the model
 */
export async function makeReady(
  plan: Plan,
  { signal, onEvent = () => undefined }: ReadyOptions = {},
): Promise<ReadyPlan> {
  const { options } = plan;
  const targets = await Promise.all(plan.targets.map(resolveTarget));
  const model = await findModel(targets, options, signal, onEvent);
  onEvent({ kind: 'model-found', model });

  const { endpoint, outputLength, prompt, body: extra, seed, blockSize, tokenIdRange } = options;
  const bodyOptions = { endpoint, model, outputLength, prompt, extra };
  const buildOptions = { ...bodyOptions, seed, blockSize, tokenIdRange };
  const serverDetails = await details();
  const build = { ...buildOptions, serverDetails: serverDetails.used };
  const path = ENDPOINT_PATHS[endpoint];
  const deadlines = deadlinesOf(options);
  await warm();
  return {
    ...plan,
    targets,
    model,
    serverDetails,
    deadlines,
    path,
    build,
    workers: workersOf(plan),
  };

  async function details(): Promise<ServerDetails> {
    const [first] = targets;
    if (options.serverDetails === 'off' || !first) return { used: false, reason: 'switched off' };
    // The probe's prompt is a warm-up prompt of its own,
    // so that no row of the trace meets it in a cache.
    const probe = createBodyBuilder({ ...buildOptions, serverDetails: true });
    const body = probe.ofWarmUp(options.warmUpRequests, 8, 1);
    const found = await probeServerDetails(first, ENDPOINT_PATHS[endpoint], body, signal);
    onEvent({ kind: 'server-details', ...found });
    return found;
  }

  async function warm(): Promise<void> {
    const requests = options.warmUpRequests;
    if (requests === 0) return;
    onEvent({ kind: 'warm-up-started', requests });
    const { warmUpInputLength: inputTokens, warmUpOutputLength: outputTokens } = options;
    const builder = createBodyBuilder(build);
    const records = await warmUp({
      requests,
      concurrency: options.warmUpConcurrency,
      inputTokens,
      outputTokens,
      targets,
      path,
      deadlines,
      exactLength: outputLength === 'exact',
      write: (index) => builder.ofWarmUp(index, inputTokens, outputTokens),
      signal,
    });
    const failed = records.filter((record) => record.outcome !== 'ok').length;
    onEvent({ kind: 'warm-up-ended', requests, failed });
  }
}

/**
 * Waits until every target of a plan lists the model, and sends nothing else.
 *
 * @returns its name
 * @throws {ReadinessError} saying what was seen instead
 */
export async function waitForTargets(
  { targets, options }: Plan,
  { signal, onEvent = () => undefined }: ReadyOptions = {},
): Promise<string> {
  return findModel(await Promise.all(targets.map(resolveTarget)), options, signal, onEvent);
}

async function findModel(
  targets: readonly Target[],
  options: ResolvedOptions,
  signal: AbortSignal | undefined,
  onEvent: OnReplayEvent,
): Promise<string> {
  const found = await Promise.all(
    targets.map((target) =>
      waitForModel(target, {
        model: options.model,
        waitMs: options.waitForModelSeconds * 1000,
        signal,
        onWaiting: (seen) => onEvent({ kind: 'waiting-for-model', url: target.url, seen }),
      }),
    ),
  );
  const [model, ...others] = [...new Set(found)];
  if (model === undefined || others.length > 0) {
    const names = [...new Set(found)].map((name) => `"${name}"`).join(', ');
    throw new ReadinessError(
      `Cannot start: the targets list different models (${names}), expected one` +
        '\n  Pass --model with a name that all of them list.',
    );
  }
  return model;
}

function workersOf({ options, scan, schedule }: Plan): number {
  const { workers, maxConnections } = options;
  const tokensPerRow = scan.outputTokens / scan.rowCount;
  const planned = workers === 'auto' ? senderCount(schedule, tokensPerRow) : workers;
  // A thread without a socket could send nothing.
  return Math.min(planned, maxConnections ?? Infinity);
}

function deadlinesOf(options: ResolvedOptions): Deadlines {
  const { firstTokenTimeoutSeconds, betweenTokensTimeoutSeconds } = options;
  return {
    connectMs: options.connectTimeoutSeconds * 1000,
    totalMs: options.requestTimeoutSeconds * 1000,
    ...(firstTokenTimeoutSeconds !== undefined && {
      firstTokenMs: firstTokenTimeoutSeconds * 1000,
    }),
    ...(betweenTokensTimeoutSeconds !== undefined && {
      betweenTokensMs: betweenTokensTimeoutSeconds * 1000,
    }),
  };
}
