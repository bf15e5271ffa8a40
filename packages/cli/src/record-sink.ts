import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

import type { RequestRecord } from '@trace-replay/metrics';
import ndjson from 'ndjson';

import type { ArtifactError } from './errors.ts';
import { cannotWrite } from './run-directory.ts';

/** Where records go: one JSON line each, appended as rows end. */
export interface RecordSink {
  /** Never waits: a slow disk costs memory, not the schedule. */
  write(record: RequestRecord): void;
  /**
   * Flushes everything to the disk.
   *
   * @throws {ArtifactError} if anything could not be written
   */
  close(): Promise<void>;
}

/**
 * @param path a file that does not exist yet
 * @param onError called once, as soon as something cannot be written
 */
export function createRecordSink(
  path: string,
  onError: (error: ArtifactError) => void,
): RecordSink {
  const file: WriteStream = createWriteStream(path, { flags: 'ax', mode: 0o640, flush: true });
  const lines = ndjson.stringify();
  let failure: ArtifactError | undefined;
  file.on('error', (error) => {
    if (failure) return;
    failure = cannotWrite(path, error);
    lines.unpipe(file);
    lines.resume();
    onError(failure);
  });
  lines.pipe(file);

  return {
    write(record) {
      if (!failure) lines.write(record);
    },
    async close() {
      lines.end();
      await finished(file).catch(() => undefined);
      if (failure) throw failure;
    },
  };
}
