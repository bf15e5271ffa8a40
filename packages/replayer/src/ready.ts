import { type BuildOptions, BodyBuilder } from './body/body-builder.ts';
import { ENDPOINT_PATHS } from './body/body.ts';
import type { Deadlines } from './client/deadlines.ts';
import { ReadinessError } from './errors/errors.ts';
import type { OnReplayEvent } from './events.ts';
import type { ResolvedOptions } from './options.ts';
import type { Plan } from './plan.ts';
import { senderCount } from './schedule/sender-count.ts';
import { type DetailProbe, probeServerDetails } from './target/detail-probe.ts';
import type { Sending } from './target/open-targets.ts';
import { waitForModel } from './target/readiness.ts';
import { resolveTarget, type Target } from './target/target.ts';
import { warmUp } from './target/warm-up.ts';

/** A plan whose targets are there and serve the model. */
export interface ReadyPlan extends Plan {
  readonly model: string;
  readonly serverDetails: DetailProbe;
  readonly sending: Sending;
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
export async function makeReady(plan: Plan, listening: ReadyOptions = {}): Promise<ReadyPlan> {
  const { options } = plan;
  const targets = await Promise.all(plan.targets.map(resolveTarget));
  const model = await findModel(targets, options, listening);
  listening.onEvent?.({ kind: 'model-found', model });
  const sending: Sending = {
    targets,
    path: ENDPOINT_PATHS[options.endpoint],
    deadlines: deadlinesOf(options),
    exactLength: options.outputLength === 'exact',
  };
  const serverDetails = await findDetails(sending, options, model, listening);
  const build = buildOptionsOf(options, model, serverDetails.used);
  await warm(sending, options, build, listening);
  return { ...plan, model, serverDetails, sending, build, workers: workersOf(plan) };
}

/**
 * Waits until every target of a plan lists the model, and sends nothing else.
 *
 * @returns its name
 * @throws {ReadinessError} saying what was seen instead
 */
export async function waitForTargets(plan: Plan, listening: ReadyOptions = {}): Promise<string> {
  return findModel(await Promise.all(plan.targets.map(resolveTarget)), plan.options, listening);
}

/** @param serverDetails whether bodies ask for `nvext` fields */
export function buildOptionsOf(
  { endpoint, outputLength, prompt, body: extra, seed, blockSize, tokenIdRange }: ResolvedOptions,
  model: string,
  serverDetails: boolean,
): BuildOptions {
  const body = { endpoint, model, outputLength, prompt, serverDetails, extra };
  return { ...body, seed, blockSize, tokenIdRange };
}

async function findModel(
  targets: readonly Target[],
  options: ResolvedOptions,
  { signal, onEvent }: ReadyOptions,
): Promise<string> {
  const found = await Promise.all(
    targets.map((target) =>
      waitForModel(target, {
        model: options.model,
        waitMs: options.waitForModelSeconds * 1000,
        signal,
        onWaiting: (seen) => onEvent?.({ kind: 'waiting-for-model', url: target.url, seen }),
      }),
    ),
  );
  const [model, ...others] = [...new Set(found)];
  if (model === undefined || others.length > 0) {
    const names = [...new Set(found)].map((name) => `"${name}"`).join(', ');
    throw new ReadinessError(
      `Cannot start: the targets list different models (${names}), expected one` +
        '\n  Pass "model" with a name that all of them list.',
    );
  }
  return model;
}

async function findDetails(
  { targets: [first], path }: Sending,
  options: ResolvedOptions,
  model: string,
  { signal, onEvent }: ReadyOptions,
): Promise<DetailProbe> {
  if (options.serverDetails === 'off' || !first) return { used: false, reason: 'switched off' };
  // A warm-up prompt of its own, so that no row of the trace meets it in a cache.
  const probe = new BodyBuilder(buildOptionsOf(options, model, true));
  const body = probe.ofWarmUp(options.warmUpRequests, 8, 1);
  const found = await probeServerDetails(first, path, body, signal);
  onEvent?.({ kind: 'server-details', ...found });
  return found;
}

async function warm(
  sending: Sending,
  options: ResolvedOptions,
  build: BuildOptions,
  { signal, onEvent }: ReadyOptions,
): Promise<void> {
  const { warmUpRequests: requests, warmUpConcurrency: concurrency } = options;
  if (requests === 0) return;
  onEvent?.({ kind: 'warm-up-started', requests });
  const { warmUpInputLength: inputTokens, warmUpOutputLength: outputTokens } = options;
  const builder = new BodyBuilder(build);
  const write = (index: number) => builder.ofWarmUp(index, inputTokens, outputTokens);
  const sizes = { requests, concurrency, inputTokens, outputTokens };
  const records = await warmUp(sending, { ...sizes, write, signal });
  const failed = records.filter((record) => record.outcome !== 'ok').length;
  onEvent?.({ kind: 'warm-up-ended', requests, failed });
}

function workersOf({ options, scan, schedule }: Plan): number {
  const { workers, maxConnections } = options;
  const tokensPerRow = scan.outputTokens / scan.rowCount;
  const planned = workers === 'auto' ? senderCount(schedule, tokensPerRow) : workers;
  // A thread without a socket could send nothing.
  return Math.min(planned, maxConnections ?? Infinity);
}

function deadlinesOf(options: ResolvedOptions): Deadlines {
  const toMs = (seconds: number | undefined) => seconds && seconds * 1000;
  return {
    connectMs: toMs(options.connectTimeoutSeconds),
    totalMs: toMs(options.requestTimeoutSeconds),
    firstTokenMs: toMs(options.firstTokenTimeoutSeconds),
    betweenTokensMs: toMs(options.betweenTokensTimeoutSeconds),
  };
}
