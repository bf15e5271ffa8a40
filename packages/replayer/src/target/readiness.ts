import { setTimeout } from 'node:timers/promises';

import { ReadinessError } from '../errors/errors.ts';
import { isSecretField, secretsOf } from '../errors/redact.ts';
import { closestName, modelNames } from './model-list.ts';
import { withOpenAddress } from './open-address.ts';
import { ask, type AskParts, quotable, type Target } from './target.ts';

export interface ReadinessOptions extends AskParts {
  /** The model to wait for; when absent, the only one listed. */
  readonly model?: string | undefined;
  readonly waitMs: number;
  readonly everyMs?: number;
  /** Called once, after the first try that found no model, with what was seen. */
  readonly onWaiting?: (seen: string) => void;
}

/** What one look at the model list showed. */
interface Look {
  /** The model, if it is there, or if the server lists none and it was named. */
  readonly model?: string | undefined;
  /** The model that was named, where the list was answered with an error that may pass. */
  readonly unlisted?: string | undefined;
  readonly seen: string;
  /** The user's next step, where waiting does not help. */
  readonly advice?: string;
}

const NO_LIST =
  'Check "urls": the model list is expected at /v1/models below it. A server without one needs "model".';

/** Answers that waiting does not change. */
const HOPELESS_STATUS: Readonly<Record<number, string>> = {
  401: 'Pass a key by "apiKey".',
  403: 'Check the key passed by "apiKey".',
  404: NO_LIST,
  405: NO_LIST,
  410: NO_LIST,
  501: NO_LIST,
};

const HOPELESS_CODES = /^(ENOTFOUND|EAI_|ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

/**
 * Waits until a target lists the model at `/v1/models`. A model that is named is also taken where
 * the list is missing, or is still answered with an error when the time is over.
 *
 * @returns the model's name
 * @throws {ReadinessError} saying what was seen instead
 */
export async function waitForModel(
  target: Target,
  { model, waitMs, everyMs = 5000, signal, createTransport, onWaiting }: ReadinessOptions,
): Promise<string> {
  const endMs = performance.now() + waitMs;
  const where = `Cannot start on "${target.url}"`;
  const path = modelsPath(target);
  const expected = model === undefined ? 'a model' : `"${model}"`;
  for (let isFirst = true; ; isFirst = false) {
    const look = await lookAtModels(target, path, model, { signal, createTransport });
    if (look.model !== undefined) return look.model;
    if (look.advice !== undefined) {
      throw new ReadinessError(`${where}: ${look.seen}, expected ${expected}\n  ${look.advice}`);
    }
    signal?.throwIfAborted();
    const leftMs = endMs - performance.now();
    if (leftMs <= 0 && look.unlisted !== undefined) return look.unlisted;
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

/** `/v1/chat/completions` → `/v1/models` */
function modelsPath({ path = '' }: Target): string {
  const beside = path.replace(/(\/chat)?\/completions$/, '/models');
  return beside === path ? '/v1/models' : beside;
}

async function lookAtModels(
  given: Target,
  path: string,
  model: string | undefined,
  asking: AskParts,
): Promise<Look> {
  const target = asking.createTransport ? given : await withOpenAddress(given);
  let answer;
  try {
    answer = await ask(target, path, asking);
  } catch (error) {
    asking.signal?.throwIfAborted();
    return notAnswered(error as NodeJS.ErrnoException, target, path);
  }
  const { status, text, location } = answer;
  if (status !== 200) {
    const answered = `GET ${path} answered ${status}`;
    if (status >= 300 && status < 400) {
      const to = location === undefined ? '' : ` to "${quotable(target, location, 200)}"`;
      const advice = 'Redirects are not followed: pass the URL of the server by "urls".';
      return { seen: answered + to, advice };
    }
    const advice = HOPELESS_STATUS[status];
    if (advice === undefined) return { seen: answered, unlisted: model };
    const seen = text.trim() === '' ? answered : `${answered} "${quotable(target, text, 120)}"`;
    // The probe or the rows will show whether the server has the model.
    if (advice === NO_LIST && model !== undefined) return { model, seen };
    return { seen, advice };
  }
  const names = modelNames(text)?.filter((name) => name === model || !isSecret(target, name));
  if (names === undefined) {
    return {
      model,
      seen: `GET ${path} answered ${JSON.stringify(quotable(target, text, 60))}`,
      advice: 'Check "urls": it does not look like an OpenAI-compatible server.',
    };
  }
  const seen = list(target, names);
  if (model !== undefined) {
    if (names.includes(model)) return { model, seen };
    const closest = closestName(model, names);
    // An empty list may fill; a server that lists other models has none like this.
    if (closest === undefined) return { seen };
    return { seen, advice: `Pass "model" with a name that is listed, such as "${closest}".` };
  }
  const [only, ...others] = names;
  if (others.length === 0) return { model: only, seen };
  return { seen, advice: 'Pass "model" with one of the listed names.' };
}

function notAnswered(error: NodeJS.ErrnoException, target: Target, path: string): Look {
  const { address, addresses = [address] } = target;
  const code = error.code ?? error.name;
  const where =
    addresses.length > 1 ? ` at ${addresses.map((each) => each.address).join(' and ')}` : '';
  const seen =
    code === 'ECONNREFUSED'
      ? `the connection was refused${where}`
      : error.name === 'TimeoutError'
        ? `GET ${path} was not answered within 10 s`
        : `GET ${path} failed${where} (${quotable(target, `${code}: ${error.message}`, 120)})`;
  return HOPELESS_CODES.test(code)
    ? { seen, advice: 'Check "urls", "tls.ca", "tls.cert", "tls.key" and "tls.insecure".' }
    : { seen };
}

/** A server that lists our key as a model would have us write it into every file. */
function isSecret({ headers }: Target, name: string): boolean {
  // Of headers with other names the value may well be a model's.
  const named = Object.entries(headers).filter(([header]) => isSecretField(header));
  return secretsOf({ headers: Object.fromEntries(named) }).some((secret) => name.includes(secret));
}

function list(target: Target, names: readonly string[]): string {
  if (names.length === 0) return 'the server lists no model';
  const shown = names.slice(0, 8).map((name) => `"${quotable(target, name, 80)}"`);
  return `the server lists ${shown.join(', ')}${names.length > 8 ? ', …' : ''}`;
}
