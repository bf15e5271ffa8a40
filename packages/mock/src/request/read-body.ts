import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Reads a body to its end, with its digest in hexadecimal.
 *
 * @returns `too-large` as soon as it exceeds the limit, `aborted` if it is cut
 */
export function readBody(
  request: IncomingMessage,
  limitBytes: number,
): Promise<{ bytes: Buffer; sha256: string } | 'too-large' | 'aborted'> {
  return new Promise((resolve) => {
    const hash = createHash('sha256');
    const parts: Buffer[] = [];
    let length = 0;
    request.on('data', (part: Buffer) => {
      length += part.length;
      if (length > limitBytes) return resolve('too-large');
      hash.update(part);
      parts.push(part);
    });
    request.on('end', () => resolve({ bytes: Buffer.concat(parts), sha256: hash.digest('hex') }));
    request.on('close', () => resolve('aborted'));
  });
}
