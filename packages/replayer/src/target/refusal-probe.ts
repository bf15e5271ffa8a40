import { ReadinessError } from '../errors/errors.ts';
import { AnswerParser } from '../stream/answer.ts';
import type { StreamError } from '../stream/stream-error.ts';
import { ask, type AskParts, quotable, type Target } from './target.ts';

/** Another way to ask, and the options that ask so. */
export interface Variant {
  readonly body: Uint8Array;
  /** For example `"outputLength" cap`. */
  readonly options: string;
}

/** Refusals that other rows may not meet: too busy, too large, too early. */
const OF_THE_MOMENT = new Set([408, 409, 413, 425, 429]);
/** The same in words, of an error inside a stream. */
const OF_THE_REQUEST = /context (size|length|window)|too (long|large|many)|exceed|rate.?limit/i;
/** Types of errors with which servers refuse what was asked for. */
const REFUSING =
  /invalid.?(request|param|arg|value|model|api)|bad.?request|unsupported|not.?(found|supported|implemented|allowed)|validation|unprocessable|unauthori[sz]ed|authentication|permission|forbidden/i;

const OTHER_ADVICE: Readonly<Record<string, string>> = {
  401: 'Pass a key by "apiKey".',
  403: 'Check the key passed by "apiKey".',
  404: 'Check "urls", "path", "endpoint" and "model".',
  405: 'Check "urls" and "path".',
};

/** What a server answered to a probe that it did not take. */
interface Refusal {
  readonly code: string;
  /** In words, with what it said. */
  readonly answered: string;
  readonly location?: string | undefined;
  /** Whether this answer proves that every row is refused; otherwise a variant has to prove it. */
  readonly isSure: boolean;
}

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
  const refusal = await lookAt(target, path, body, asking);
  if (typeof refusal === 'string') return;
  const { code, answered, location, isSure } = refusal;
  let advice = OTHER_ADVICE[code] ?? 'Check "urls", "endpoint", "body" and "model".';
  let isProved = isSure;
  if (location !== undefined) {
    advice = 'Redirects are not followed: pass the URL of the server itself by "urls".';
  } else if (code === '400' || code === '422' || !/^\d+$/.test(code)) {
    for (const { body: other, options } of variants) {
      if ((await lookAt(target, path, other, asking)) !== 'taken') continue;
      advice = `Pass ${options}: the server takes such a request.`;
      isProved = true;
      break;
    }
  }
  if (!isProved) return;
  throw new ReadinessError(
    `Cannot start on "${target.url}": POST ${path} answered ${answered} ` +
      `to a request of one token, expected 200 with a stream, so it would refuse every row\n  ${advice}`,
  );
}

/** No answer and a server's fault say nothing of the other rows. */
async function lookAt(
  target: Target,
  path: string,
  body: Uint8Array,
  asking: AskParts,
): Promise<Refusal | 'taken' | 'unclear'> {
  try {
    const answer = await ask(target, path, { body, timeoutMs: 30_000, ...asking });
    const { status, text, location } = answer;
    if (status === 200) return refusalInStream(target, errorInStream(text));
    if (!isRefusing(status)) return 'unclear';
    const to = location === undefined ? '' : ` to ${quoted(target, location)}`;
    const answered = `${status}${to} ${quoted(target, text)}`;
    return { code: String(status), answered, location, isSure: true };
  } catch {
    asking.signal?.throwIfAborted();
    return 'unclear';
  }
}

/** The error that the events of an answer report, or its body if it is no stream. */
export function errorInStream(text: string): StreamError | undefined {
  const parser = new AnswerParser();
  parser.push(Buffer.from(text), 0);
  return parser.end().error;
}

function refusalInStream(
  target: Target,
  error: StreamError | undefined,
): Refusal | 'taken' | 'unclear' {
  if (error === undefined) return 'taken';
  const { code = '', message = '' } = error;
  const status = /^\d{3}$/.test(code) ? Number(code) : undefined;
  // Without a code only another way to ask can tell a refusal from a fault.
  if (status === undefined ? /^\d+$/.test(code) : !isRefusing(status)) return 'unclear';
  const isSure =
    (status !== undefined || REFUSING.test(code)) && !OF_THE_REQUEST.test(`${code} ${message}`);
  const named = code === '' ? '' : ` ${quotable(target, code, 64)}`;
  const answered = `200 with the error${named} ${quoted(target, message)} in its stream`;
  return { code, answered, isSure };
}

function isRefusing(status: number): boolean {
  return (status >= 300 && status < 500 && !OF_THE_MOMENT.has(status)) || status === 501;
}

function quoted(target: Target, text: string): string {
  return `"${quotable(target, text, 200)}"`;
}
