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
import { sendsFirstAlone } from './target/presets.ts';
import { probeRefusal, type Variant } from './target/refusal-probe.ts';
import { type AskParts, requestPath, resolveTarget, type Target } from './target/target.ts';
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
  const asked: Sending = {
    targets,
    path: ENDPOINT_PATHS[options.endpoint],
    deadlines: deadlinesOf(options),
    exactLength: options.outputLength === 'exact',
  };
  const serverDetails = await findDetails(asked, options, model, asking);
  // Dynamo is known by its details.
  const isFirstAlone = serverDetails.used || sendsFirstAlone(options.server);
  const sending = { ...asked, isFirstAlone };
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
 * Asks every target what it can tell, and whether it takes such requests at all. Server details are
 * asked for in the run where all targets give them, as all rows are asked alike.
 *
 * @throws {ReadinessError} if a target would refuse every row
 */
async function findDetails(
  { targets, path }: Sending,
  options: ResolvedOptions,
  model: string,
  { onEvent, ...asking }: Asking,
): Promise<DetailProbe> {
  const isOff = options.serverDetails === 'off';
  // Without a probe nothing but the rows is sent; who names a make leaves the choice to us.
  if (isOff && options.server === undefined) return { used: false, reason: 'switched off' };
  const distinct = new Map(
    targets.map((target) => [`${target.origin} ${requestPath(target, path)}`, target]),
  );
  const found = await Promise.all(
    [...distinct.values()].map((target) => probe(target, target.path ?? path, isOff)),
  );
  if (isOff) return { used: false, reason: 'switched off' };
  const details = found.find(({ used }) => !used) ?? { used: true };
  onEvent?.({ kind: 'server-details', ...details });
  return details;

  async function probe(target: Target, to: string, isSilent: boolean): Promise<DetailProbe> {
    const { isTaken, ...details } = isSilent
      ? { isTaken: false, used: false }
      : await probeServerDetails(target, to, bodyOf({}, true), asking);
    if (!isTaken) await probeRefusal(target, to, bodyOf({}), variants(), asking);
    return details;
  }

  /** A warm-up prompt of its own, so that no row of the trace meets it in a cache. */
  function bodyOf(changed: Partial<ResolvedOptions>, hasDetails = false): Uint8Array {
    const build = buildOptionsOf({ ...options, ...changed }, model, hasDetails);
    return new BodyBuilder(build).ofWarmUp(options.warmUpRequests, 8, 1);
  }

  function variants(): Variant[] {
    const cap = { outputLength: 'cap' } as const;
    const isMaxTokens = options.maxTokensField === 'max_tokens';
    const maxTokensField = isMaxTokens ? 'max_completion_tokens' : 'max_tokens';
    const other = { maxTokensField } as const;
    const named = `"maxTokensField" ${maxTokensField}`;
    const isExact = options.outputLength === 'exact';
    return [
      ...(isExact ? [{ body: bodyOf(cap), options: '"outputLength" cap' }] : []),
      ...(isExact
        ? [{ body: bodyOf({ ...cap, ...other }), options: `"outputLength" cap and ${named}` }]
        : []),
      { body: bodyOf(other), options: named },
      {
        body: bodyOf({ ...cap, body: { ...options.body, stream_options: null } }),
        options: '"outputLength" cap and "body" {"stream_options":null}',
      },
    ];
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
