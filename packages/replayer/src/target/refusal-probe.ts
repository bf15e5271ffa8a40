import { ReadinessError } from '../errors/errors.ts';
import { ask, type AskParts, quotable, type Target } from './target.ts';

/** Another way to ask, and the options that ask so. */
export interface Variant {
  readonly body: Uint8Array;
  /** For example `"outputLength" cap`. */
  readonly options: string;
}

/** Refusals that other rows may not meet: too busy, too large, too early. */
const OF_THE_MOMENT = new Set([408, 409, 413, 425, 429]);
const OTHER_ADVICE: Readonly<Record<number, string>> = {
  401: 'Pass a key by "apiKey".',
  403: 'Check the key passed by "apiKey".',
  404: 'Check "urls", "path", "endpoint" and "model".',
  405: 'Check "urls" and "path".',
};

/**
 * Sends one request as the rows will be, of one token. A server that refuses it refuses every row.
 *
 * @param variants tried in turn after a refusal, to name options that help
 * @throws {ReadinessError} with the refusal, and the options of the first variant that is taken
 */
export async function probeRefusal(
  target: Target,
  path: string,
  body: Uint8Array,
  variants: readonly Variant[],
  asking: AskParts = {},
): Promise<void> {
  const refusal = await refusalOf(target, path, body, asking);
  if (!refusal) return;
  let advice = OTHER_ADVICE[refusal.status] ?? 'Check "urls", "endpoint", "body" and "model".';
  if (refusal.location !== undefined) {
    advice = 'Redirects are not followed: pass the URL of the server itself by "urls".';
  } else if (refusal.status === 400 || refusal.status === 422) {
    for (const { body: other, options } of variants) {
      if (await refusalOf(target, path, other, asking)) continue;
      advice = `Pass ${options}: the server takes such a request.`;
      break;
    }
  }
  const to = refusal.location === undefined ? '' : ` to ${quoted(target, refusal.location)}`;
  throw new ReadinessError(
    `Cannot start on "${target.url}": POST ${path} answered ${refusal.status}${to} ` +
      `${quoted(target, refusal.text)} to a request of one token, expected 200, ` +
      `so it would refuse every row\n  ${advice}`,
  );
}

/** The answer, if it refuses; no answer and a server's fault say nothing of the other rows. */
async function refusalOf(target: Target, path: string, body: Uint8Array, asking: AskParts) {
  try {
    const answer = await ask(target, path, { body, timeoutMs: 30_000, ...asking });
    const { status } = answer;
    const isRefusal =
      (status >= 300 && status < 500 && !OF_THE_MOMENT.has(status)) || status === 501;
    return isRefusal ? answer : undefined;
  } catch {
    asking.signal?.throwIfAborted();
    return undefined;
  }
}

function quoted(target: Target, text: string): string {
  return `"${quotable(target, text, 200)}"`;
}
