import { lookup } from 'node:dns/promises';

import type { CreateTransport, Destination, TlsOptions } from '../client/transport.ts';
import { createUndiciTransport } from '../client/undici-transport.ts';
import { OptionsError, ReadinessError } from '../errors/errors.ts';
import { printable } from '../errors/printable.ts';

/** One server that requests go to. */
export interface Target extends Destination {
  /** The URL as given, without user information. */
  readonly url: string;
  /** What stands before `/v1`, without a slash at its end. */
  readonly basePath: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
  readonly address: NonNullable<Destination['address']>;
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
  /** undici by default. */
  readonly createTransport?: CreateTransport | undefined;
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
): Promise<{ readonly status: number; readonly text: string }> {
  const limit = AbortSignal.timeout(timeoutMs);
  const end = signal ? AbortSignal.any([signal, limit]) : limit;
  const transport = createTransport(target, { nowNs: () => 0 });
  const ignore = () => undefined;
  const connection = transport.connect({
    onConnecting: ignore,
    onConnected: ignore,
    onClosed: ignore,
  });
  const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
    let status = 0;
    let text = '';
    const decoder = new TextDecoder();
    end.addEventListener('abort', () => reject(end.reason as Error));
    end.throwIfAborted();
    const prepared = connection.prepare(
      {
        method: body ? 'POST' : 'GET',
        path: `${target.basePath}${path}`,
        headers: target.headers,
        body,
      },
      {
        onWrite: ignore,
        onFlushed: ignore,
        onHead: (head) => {
          ({ status } = head);
        },
        onBody: (bytes, _atNs, start, end) => {
          text += decoder.decode(bytes.subarray(start, end), { stream: true });
          if (text.length > MOST_BYTES) resolve({ status, text });
        },
        onEnd: () => resolve({ status, text }),
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
  return answer.finally(() => connection.close());
}
