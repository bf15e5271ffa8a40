import { createGunzip, type Gunzip } from 'node:zlib';

import { type Problem, traceError } from './problem.ts';

/** Whether a file with these first bytes is packed by gzip. */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/**
 * Unpacks gzip data of one or more members, in bounded memory. Zero bytes at the end are padding.
 *
 * @param pieces each valid until the next one is asked for
 * @throws {TraceError} if the data is cut short or damaged
 */
export async function* unpack(
  name: string,
  pieces: AsyncIterable<Uint8Array>,
  pieceBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const gunzip = createGunzip({ chunkSize: pieceBytes });
  const fed = feed(gunzip, pieces);
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
    await fed;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!code.startsWith('Z_')) throw error;
    throw traceError(name, zlibProblem(code, error as Error), { cause: error });
  }
}

/** Gives one piece at a time, since the next one comes in the same buffer. */
async function feed(gunzip: Gunzip, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const piece of pieces) {
      if (gunzip.destroyed) return;
      if (gunzip.readableEnded) continue;
      await new Promise<void>((resolve) => gunzip.write(piece, () => resolve()));
    }
    gunzip.end();
  } catch (error) {
    gunzip.destroy(error as Error);
  }
}

function zlibProblem(code: string, { message }: Error): Problem {
  if (code === 'Z_BUF_ERROR') {
    return {
      what: 'its gzip data ends before its end, expected a complete file',
      next: 'Copy or download it again.',
    };
  }
  return {
    what: `its gzip data is damaged (${message}), expected a sound file`,
    next: 'Copy or download it again; "gzip -t" tests a file.',
  };
}
