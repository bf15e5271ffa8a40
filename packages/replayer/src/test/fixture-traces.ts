import { fileURLToPath } from 'node:url';

import { readRows, type ReadRowsOptions } from '../trace/read.ts';
import type { TraceRow } from '../trace/row.ts';
import { openTrace, type TraceSource } from '../trace/source.ts';

const TRACES = new URL('../../../../fixtures/traces/', import.meta.url);

/** Path of a trace in `fixtures/traces`. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(name, TRACES));
}

/** All rows of a source, in one list. */
export async function rowsOf(source: TraceSource, options?: ReadRowsOptions): Promise<TraceRow[]> {
  const all: TraceRow[] = [];
  for await (const rows of readRows(source, options)) all.push(...rows);
  return all;
}

export async function fixtureRows(name: string, options?: ReadRowsOptions): Promise<TraceRow[]> {
  return rowsOf(await openTrace(fixturePath(name)), options);
}

/** A source of these bytes, without a file. */
export function sourceOf(text: string | Uint8Array, identity = 'the only one'): TraceSource {
  const bytes = Buffer.from(text);
  return {
    name: 't.jsonl',
    identify: () => Promise.resolve(identity),
    // eslint-disable-next-line @typescript-eslint/require-await -- there is nothing to wait for
    async *read({ pieceBytes = 100, onBytes } = {}) {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        const piece = bytes.subarray(at, at + pieceBytes);
        onBytes?.(piece);
        yield piece;
      }
    },
    close: () => Promise.resolve(),
  };
}
