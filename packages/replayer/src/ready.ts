import { type BuildOptions, BodyBuilder } from './body/body-builder.ts';
import { ENDPOINT_PATHS } from './body/body.ts';
import type { Deadlines } from './client/deadlines.ts';
import { type GivenTransport, takeTransport } from './client/take-transport.ts';
import type { CreateTransport } from './client/transport.ts';
import { ReadinessError } from './errors/errors.ts';
import type { ReplayListening } from './events.ts';
import type { ResolvedOptions } from './options.ts';
import type { Plan } from './plan.ts';
import { senderCount } from './schedule/sender-count.ts';
import { type DetailProbe, probeServerDetails } from './target/detail-probe.ts';
import type { Sending } from './target/open-targets.ts';
import { withOpenAddress } from './target/open-address.ts';
import { waitForModel } from './target/readiness.ts';
import { probeRefusal } from './target/refusal-probe.ts';
import { type AskParts, resolveTarget, type Target } from './target/target.ts';
import { warmUp } from './target/warm-up.ts';

/** A plan whose targets are there and serve the model. */
export interface ReadyPlan extends Plan {
  readonly model: string;
  readonly serverDetails: DetailProbe;
  readonly sending: Sending;
  readonly build: BuildOptions;
  /** Threads that send and read. */
  readonly workers: number;
  /** Absent for undici. */
  readonly transport?: GivenTransport | undefined;
}

/** How to learn of the targets, and the way to them. */
export interface ReadyOptions extends ReplayListening {
  /**
   * The way to the server. A function sends on the calling thread; the URL of a module that exports
   * `createTransport` is imported by every sender thread. undici by default.
   */
  readonly transport?: CreateTransport | string | URL | undefined;
}

/**
 * Resolves the targets, waits for the model, asks what the server can tell, and warms it up.
 *
 * @throws {ReadinessError} saying what was seen instead of the model
 * @throws {OptionsError} for a transport that is none
 * @throws the reason of the signal, if it is aborted
 */
export async function makeReady(
  plan: Plan,
  { transport: given, ...listening }: ReadyOptions = {},
): Promise<ReadyPlan> {
  const { options } = plan;
  const transport = await takeTransport(given);
  const asking = { ...listening, createTransport: transport?.create };
  const resolved = await Promise.all(plan.targets.map((target) => resolveTarget(target)));
  const model = await findModel(resolved, plan, asking);
  // By a transport of the program, nothing is known of connections.
  const targets = transport ? resolved : await Promise.all(resolved.map(withOpenAddress));
  listening.onEvent?.({ kind: 'model-found', model });
  const sending: Sending = {
    targets,
    path: ENDPOINT_PATHS[options.endpoint],
    deadlines: deadlinesOf(options),
    exactLength: options.outputLength === 'exact',
  };
  const serverDetails = await findDetails(sending, options, model, asking);
  const build = buildOptionsOf(options, model, serverDetails.used);
  await warm(sending, options, build, asking);
  return { ...plan, model, serverDetails, sending, build, workers: workersOf(plan), transport };
}

/**
 * Waits until every target of a plan lists the model, and sends nothing else.
 *
 * @returns its name
 * @throws {ReadinessError} saying what was seen instead
 */
export async function waitForTargets(
  plan: Plan,
  { transport: given, ...listening }: ReadyOptions = {},
): Promise<string> {
  const createTransport = (await takeTransport(given))?.create;
  const targets = await Promise.all(plan.targets.map((target) => resolveTarget(target)));
  return findModel(targets, plan, { ...listening, createTransport });
}

/** @param serverDetails whether bodies ask for `nvext` fields */
export function buildOptionsOf(
  { endpoint, outputLength, prompt, body: extra, ...options }: ResolvedOptions,
  model: string,
  serverDetails: boolean,
): BuildOptions {
  const { seed, blockSize, tokenIdRange, maxTokensField, modelPerRow } = options;
  const body = { endpoint, model, outputLength, prompt, serverDetails, maxTokensField, extra };
  return { ...body, seed, blockSize, tokenIdRange, modelPerRow };
}

type Asking = ReplayListening & AskParts;

async function findModel(
  targets: readonly Target[],
  { options, scan: { models = [] } }: Plan,
  { signal, onEvent, createTransport }: Asking,
): Promise<string> {
  const findAt = (target: Target, model: string | undefined) =>
    waitForModel(target, {
      model,
      waitMs: options.waitForModelSeconds * 1000,
      signal,
      createTransport,
      onWaiting: (seen) => onEvent?.({ kind: 'waiting-for-model', url: target.url, seen }),
    });
  const named = options.model ?? models[0];
  const found = await Promise.all(targets.map((target) => findAt(target, named)));
  for (const model of models) await Promise.all(targets.map((target) => findAt(target, model)));
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

/**
 * Asks what the server can tell, and whether it takes such requests at all.
 *
 * @throws {ReadinessError} if it would refuse every row
 */
async function findDetails(
  { targets: [first], path }: Sending,
  options: ResolvedOptions,
  model: string,
  { onEvent, ...asking }: Asking,
): Promise<DetailProbe> {
  if (!first) return { used: false, reason: 'switched off' };
  const probePath = first.path ?? path;
  // A warm-up prompt of its own, so that no row of the trace meets it in a cache.
  const bodyOf = (changed: Partial<ResolvedOptions>, details = false) =>
    new BodyBuilder(buildOptionsOf({ ...options, ...changed }, model, details)).ofWarmUp(
      options.warmUpRequests,
      8,
      1,
    );
  if (options.serverDetails === 'off') {
    // Without a probe nothing but the rows is sent; who names a make leaves the choice to us.
    if (options.server !== undefined) await checkRefusal();
    return { used: false, reason: 'switched off' };
  }
  const { isTaken, ...found } = await probeServerDetails(
    first,
    probePath,
    bodyOf({}, true),
    asking,
  );
  if (!isTaken) await checkRefusal();
  onEvent?.({ kind: 'server-details', ...found });
  return found;

  async function checkRefusal(): Promise<void> {
    if (!first) return;
    const cap = { outputLength: 'cap' } as const;
    const { maxTokensField: field } = options;
    const maxTokensField = field === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
    const other = { maxTokensField } as const;
    await probeRefusal(
      first,
      probePath,
      bodyOf({}),
      [
        ...(options.outputLength === 'exact'
          ? [
              { body: bodyOf(cap), options: '"outputLength" cap' },
              {
                body: bodyOf({ ...cap, ...other }),
                options: `"outputLength" cap and "maxTokensField" ${maxTokensField}`,
              },
            ]
          : []),
        { body: bodyOf(other), options: `"maxTokensField" ${maxTokensField}` },
        {
          body: bodyOf({ ...cap, body: { ...options.body, stream_options: null } }),
          options: '"outputLength" cap and "body" {"stream_options":null}',
        },
      ],
      asking,
    );
  }
}

async function warm(
  sending: Sending,
  options: ResolvedOptions,
  build: BuildOptions,
  { signal, onEvent, createTransport }: Asking,
): Promise<void> {
  const { warmUpRequests: requests, warmUpConcurrency: concurrency } = options;
  if (requests === 0) return;
  onEvent?.({ kind: 'warm-up-started', requests });
  const { warmUpInputLength: inputTokens, warmUpOutputLength: outputTokens } = options;
  const builder = new BodyBuilder(build);
  const write = (index: number) => builder.ofWarmUp(index, inputTokens, outputTokens);
  const sizes = { requests, concurrency, inputTokens, outputTokens };
  const records = await warmUp(sending, { ...sizes, write, signal, createTransport });
  signal?.throwIfAborted();
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
