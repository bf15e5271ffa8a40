import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';

import type { CreateTransport, Destination, TlsOptions } from '../client/transport.ts';
import { createUndiciTransport } from '../client/undici-transport.ts';
import { OptionsError, ReadinessError } from '../errors/errors.ts';
import { printable } from '../errors/printable.ts';
import { createRedactor } from '../errors/redact.ts';

/** One server that requests go to. */
export interface Target extends Destination {
  /** The URL as given, without user information. */
  readonly url: string;
  /** What stands before `/v1`, without a slash at its end. */
  readonly basePath: string;
  /** The query of the URL with its `?`, part of every request; absent when there is none. */
  readonly query?: string;
  /** Path of the requests below `basePath`, where the URL names one that is not `/v1/…`. */
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
  /** Values that no file and no message may repeat. */
  readonly secrets?: readonly string[];
  /** Resolved once, before the start. */
  readonly address: Address;
  /** Every address of the host name. */
  readonly addresses?: readonly Address[];
}

interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/**
 * Reads a URL of a target, such as `http://host:8000`. A path before `/v1` and a query are kept, `/v1`
 * itself may stand or not.
 *
 * @throws {OptionsError} quoting the URL and saying what is expected
 */
export function parseTargetUrl(
  text: string,
): Pick<Target, 'url' | 'origin' | 'basePath' | 'query' | 'path'> {
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
  if (url.hash !== '') {
    throw fail('it has a fragment, expected a base such as "http://localhost:8000"');
  }
  const whole = url.pathname.replace(/\/+$/, '').replace(/\/v1(\/(chat\/)?completions)?$/, '');
  const [path] = /\/(chat\/)?completions$/.exec(whole) ?? [];
  const basePath = path === undefined ? whole : whole.slice(0, -path.length);
  return {
    // A query may hold a key, so no message repeats it.
    url: `${url.origin}${basePath}`,
    origin: url.origin,
    basePath,
    ...(url.search !== '' && { query: url.search }),
    ...(path !== undefined && { path }),
  };
}

/**
 * Where the requests of a target go, below its host: its own path, or the one given, and its query.
 *
 * @param path for targets whose URL has none, such as `/v1/chat/completions`
 */
export function requestPath({ basePath, path, query = '' }: Target, given: string): string {
  return `${basePath}${path ?? given}${query}`;
}

/** Text of a target's server on one line, at most `most` characters, without our secrets. */
export function quotable({ secrets = [] }: Pick<Target, 'secrets'>, text: string, most: number) {
  return printable(text, most, createRedactor(secrets));
}

/**
 * Resolves the host name of a target, once for the whole run, to all its addresses.
 *
 * @param resolve name → addresses, the first one to be tried first
 * @throws {ReadinessError} if the name is not known
 */
export async function resolveTarget(
  target: Omit<Target, 'address'>,
  resolve: (name: string) => Promise<readonly LookupAddress[]> = (name) =>
    lookup(name, { all: true }),
): Promise<Target> {
  const hostname = new URL(target.origin).hostname.replace(/^\[|\]$/g, '');
  try {
    const addresses = (await resolve(hostname)).map(({ address, family }): Address => ({
      address,
      family: family === 6 ? 6 : 4,
    }));
    const [address] = addresses;
    if (!address) throw Object.assign(new Error('no address'), { code: 'ENODATA' });
    return { ...target, address, ...(addresses.length > 1 && { addresses }) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new ReadinessError(
      `Cannot reach "${target.url}": the host name "${hostname}" could not be resolved (${code})` +
        '\n  Check "urls".',
      { cause: error },
    );
  }
}

interface Asked {
  readonly status: number;
  readonly text: string;
  /** Of a redirect. */
  readonly location?: string;
}

/** How whatever is asked before the run is ended, and the way that it goes. */
export interface AskParts {
  readonly signal?: AbortSignal | undefined;
  /** undici by default. */
  readonly createTransport?: CreateTransport | undefined;
}

interface AskOptions extends AskParts {
  readonly body?: Uint8Array;
  readonly timeoutMs?: number;
}

const MOST_BYTES = 4 * 1024 * 1024;

/**
 * One request outside the schedule, such as the model list: read whole, without retry.
 *
 * @throws the transport's error when there is no answer within `timeoutMs`, or the signal's reason
 */
export function ask(
  target: Target,
  path: string,
  { body, timeoutMs = 10_000, signal, createTransport = createUndiciTransport }: AskOptions = {},
): Promise<Asked> {
  const transport = createTransport(target, { nowNs: () => 0 });
  const ignore = () => undefined;
  const connection = transport.connect({
    onConnecting: ignore,
    onConnected: ignore,
    onClosed: ignore,
  });
  let release = ignore;
  const answer = new Promise<Asked>((resolve, reject) => {
    let status = 0;
    let location: string | undefined;
    let text = '';
    const decoder = new TextDecoder();
    const answered = () => ({ status, text, ...(location !== undefined && { location }) });
    signal?.throwIfAborted();
    // Not AbortSignal.any(): what it makes may be collected as garbage before its time has come.
    const abort = () => reject(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    const timer = setTimeout(
      () => reject(new DOMException('no answer', 'TimeoutError')),
      timeoutMs,
    );
    release = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const prepared = connection.prepare(
      {
        method: body ? 'POST' : 'GET',
        path: `${target.basePath}${path}${target.query ?? ''}`,
        headers: target.headers,
        body,
      },
      {
        onWrite: ignore,
        onFlushed: ignore,
        onHead: (head) => {
          ({ status, location } = head);
        },
        onBody: (bytes, _atNs, start, end) => {
          text += decoder.decode(bytes.subarray(start, end), { stream: true });
          if (text.length > MOST_BYTES) resolve(answered());
        },
        onEnd: () => resolve(answered()),
        onFailed: ({ error, peerClosed }) => {
          // undici only says "closed" where TLS was refused after its handshake.
          const isTls = peerClosed?.startsWith('ERR_SSL_') === true;
          reject(
            isTls ? Object.assign(new Error('the peer ended TLS'), { code: peerClosed }) : error,
          );
        },
      },
    );
    prepared.write();
  });
  return answer.finally(() => {
    release();
    connection.close();
  });
}
