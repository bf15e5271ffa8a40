import { lookup } from 'node:dns/promises';

import { Connection, type TlsOptions } from '../client/connection.ts';
import { OptionsError, ReadinessError } from '../errors/errors.ts';
import { printable } from '../errors/printable.ts';

/** One server that requests go to. */
export interface Target {
  /** The URL as given, without user information. */
  readonly url: string;
  readonly origin: string;
  /** What stands before `/v1`, without a slash at its end. */
  readonly basePath: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
  /** Resolved once, before the start. */
  readonly address: { readonly address: string; readonly family: 4 | 6 };
}

/**
 * Reads a URL of a target, such as `http://host:8000`. A path before `/v1` is kept, `/v1` itself may
 * stand or not.
 *
 * @throws {OptionsError} quoting the URL and saying what is expected
 */
export function parseTargetUrl(text: string): Pick<Target, 'url' | 'origin' | 'basePath'> {
  const fail = (what: string) =>
    new OptionsError(`Cannot use "urls" "${printable(text, 200)}": ${what}`, 'urls');
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw fail('it is no URL, expected something like "http://localhost:8000"');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw fail(`its scheme is "${url.protocol.slice(0, -1)}", expected "http" or "https"`);
  }
  if (url.username !== '' || url.password !== '') {
    throw fail('it holds a user name or password, expected none; pass keys by "apiKey"');
  }
  if (url.search !== '' || url.hash !== '') {
    throw fail('it has a query or fragment, expected a base such as "http://localhost:8000"');
  }
  const basePath = url.pathname.replace(/\/+$/, '').replace(/\/v1(\/(chat\/)?completions)?$/, '');
  return { url: `${url.origin}${basePath}`, origin: url.origin, basePath };
}

/**
 * Resolves the host name of a target, once for the whole run.
 *
 * @throws {ReadinessError} if the name is not known
 */
export async function resolveTarget(target: Omit<Target, 'address'>): Promise<Target> {
  const hostname = new URL(target.origin).hostname.replace(/^\[|\]$/g, '');
  try {
    const { address, family } = await lookup(hostname);
    return { ...target, address: { address, family: family === 6 ? 6 : 4 } };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new ReadinessError(
      `Cannot reach "${target.url}": the host name "${hostname}" could not be resolved (${code})` +
        '\n  Check "urls".',
      { cause: error },
    );
  }
}

interface AskOptions {
  readonly body?: Uint8Array;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

const MOST_BYTES = 4 * 1024 * 1024;

/**
 * One request outside the schedule, such as the model list: read whole, without retry.
 *
 * @throws whatever undici throws when there is no answer within `timeoutMs`
 */
export async function ask(
  target: Target,
  path: string,
  { body, timeoutMs = 10_000, signal }: AskOptions = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const { tls, address } = target;
  const connection = new Connection(target.origin, { tls, address, clock: { nowNs: () => 0 } });
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await connection.client.request({
      method: body ? 'POST' : 'GET',
      path: `${target.basePath}${path}`,
      headers: target.headers,
      body: body ?? null,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    let text = '';
    const decoder = new TextDecoder();
    for await (const bytes of answer.body as AsyncIterable<Uint8Array>) {
      text += decoder.decode(bytes, { stream: true });
      if (text.length > MOST_BYTES) break;
    }
    return { status: answer.statusCode, text };
  } catch (error) {
    const code = connection.tlsAlert;
    throw code === undefined ? error : Object.assign(new Error('the peer ended TLS'), { code });
  } finally {
    connection.destroy();
  }
}
