import { setTimeout } from 'node:timers/promises';

import { ReadinessError } from '../errors/errors.ts';
import { printable } from '../errors/printable.ts';
import { ask, type Target } from './target.ts';

export interface ReadinessOptions {
  /** The model to wait for; when absent, the only one listed. */
  readonly model?: string | undefined;
  readonly waitMs: number;
  readonly everyMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called once, after the first try that found no model, with what was seen. */
  readonly onWaiting?: (seen: string) => void;
}

/** What one look at the model list showed. */
interface Look {
  /** The model, if it is there. */
  readonly model?: string | undefined;
  readonly seen: string;
  /** The user's next step, where waiting does not help. */
  readonly advice?: string;
}

/** Answers that waiting does not change. */
const HOPELESS_STATUS: Readonly<Record<number, string>> = {
  401: 'Pass a key by "apiKey".',
  403: 'Check the key passed by "apiKey".',
  404: 'Check "urls": the model list is expected at /v1/models below it.',
};

const HOPELESS_CODES = /^(ENOTFOUND|EAI_|ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

/**
 * Waits until a target lists the model at `/v1/models`.
 *
 * @returns the model's name
 * @throws {ReadinessError} saying what was seen instead
 */
export async function waitForModel(
  target: Target,
  { model, waitMs, everyMs = 5000, signal, onWaiting }: ReadinessOptions,
): Promise<string> {
  const endMs = performance.now() + waitMs;
  const where = `Cannot start on "${target.url}"`;
  const expected = model === undefined ? 'a model' : `"${model}"`;
  for (let isFirst = true; ; isFirst = false) {
    const look = await lookAtModels(target, model, signal);
    if (look.model !== undefined) return look.model;
    if (look.advice !== undefined) {
      throw new ReadinessError(`${where}: ${look.seen}, expected ${expected}\n  ${look.advice}`);
    }
    signal?.throwIfAborted();
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) {
      throw new ReadinessError(
        `${where}: ${look.seen} after ${Math.round(waitMs / 1000)} s, expected ${expected}` +
          '\n  Pass "model" with a name that is listed, check "urls", or raise "waitForModelSeconds".',
      );
    }
    if (isFirst) onWaiting?.(look.seen);
    const pause = setTimeout(Math.min(everyMs, leftMs), undefined, { signal });
    await pause.catch(() => signal?.throwIfAborted());
  }
}

async function lookAtModels(
  target: Target,
  model: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Look> {
  let answer;
  try {
    answer = await ask(target, '/v1/models', { signal });
  } catch (error) {
    signal?.throwIfAborted();
    return notAnswered(error as NodeJS.ErrnoException);
  }
  const status = `GET /v1/models answered ${answer.status}`;
  const advice = HOPELESS_STATUS[answer.status];
  if (advice !== undefined) return { seen: status, advice };
  if (answer.status !== 200) return { seen: status };
  const names = modelNames(answer.text);
  if (names === undefined) {
    return {
      seen: `GET /v1/models answered ${JSON.stringify(printable(answer.text, 60))}`,
      advice: 'Check "urls": it does not look like an OpenAI-compatible server.',
    };
  }
  const seen = list(names);
  if (model !== undefined) return names.includes(model) ? { model, seen } : { seen };
  const [only, ...others] = names;
  if (others.length === 0) return { model: only, seen };
  return { seen, advice: 'Pass "model" with one of the listed names.' };
}

function notAnswered(error: NodeJS.ErrnoException): Look {
  const code = error.code ?? error.name;
  const seen =
    code === 'ECONNREFUSED'
      ? 'the connection was refused'
      : error.name === 'TimeoutError'
        ? 'GET /v1/models was not answered within 10 s'
        : `GET /v1/models failed (${printable(`${code}: ${error.message}`, 120)})`;
  return HOPELESS_CODES.test(code)
    ? { seen, advice: 'Check "urls", "tls.ca", "tls.cert", "tls.key" and "tls.insecure".' }
    : { seen };
}

function modelNames(text: string): string[] | undefined {
  try {
    const body = JSON.parse(text) as { data?: unknown };
    if (!Array.isArray(body.data)) return undefined;
    return body.data
      .map((entry: { id?: unknown }) => entry.id)
      .filter((id) => typeof id === 'string');
  } catch {
    return undefined;
  }
}

function list(names: readonly string[]): string {
  if (names.length === 0) return 'the server lists no model';
  const shown = names.slice(0, 8).map((name) => `"${printable(name, 80)}"`);
  return `the server lists ${shown.join(', ')}${names.length > 8 ? ', …' : ''}`;
}
