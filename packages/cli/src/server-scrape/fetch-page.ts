import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getTls, type RequestOptions } from 'node:https';

import type { ReplayOptions } from '@trace-replay/replayer';

/** How to trust a server, as for the replay itself. */
export type PageTls = NonNullable<ReplayOptions['tls']>;

const MOST_BYTES = 16 * 1024 * 1024;

/**
 * The text of one Prometheus page, on a connection of its own.
 *
 * @throws {Error} with one short sentence, if it is not there whole within `timeoutMs`
 */
export async function fetchPage(url: string, tls: PageTls, timeoutMs: number): Promise<string> {
  const { insecure = false, ...trust } = tls;
  const options: RequestOptions = {
    ...trust,
    rejectUnauthorized: !insecure,
    agent: false,
    // The oldest format, which every exporter speaks; others have lines of their own.
    headers: { accept: 'text/plain;version=0.0.4' },
    signal: AbortSignal.timeout(timeoutMs),
  };
  try {
    const answer = await answerOf(url, options);
    if (answer.statusCode !== 200) {
      answer.destroy();
      throw new Error(`it answered ${answer.statusCode ?? 'nothing'}, expected 200`);
    }
    let text = '';
    answer.setEncoding('utf8');
    for await (const piece of answer as AsyncIterable<string>) {
      text += piece;
      if (text.length > MOST_BYTES) throw new Error('its page is longer than 16 MB');
    }
    return text;
  } catch (error) {
    throw new Error(wordsOf(error, timeoutMs), { cause: error });
  }
}

function answerOf(url: string, options: RequestOptions): Promise<IncomingMessage> {
  const get = url.startsWith('https:') ? getTls : getPlain;
  return new Promise((resolve, reject) => {
    get(url, options, resolve).on('error', reject);
  });
}

function wordsOf(error: unknown, timeoutMs: number): string {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  return code === undefined ? message : `no answer (${code})`;
}
