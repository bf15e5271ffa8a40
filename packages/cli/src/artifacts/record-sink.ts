import { createWriteStream, fdatasync, fstatSync, statSync, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

import { encodeRecord, type RequestRecord } from '@trace-replay/metrics';

import type { ArtifactError } from '../io/errors.ts';
import { cannotWrite } from './write-part.ts';

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

export interface RecordSinkOptions {
  /**
   * A process that is killed loses what it had not handed over; a machine that dies, this much
   * more.
   */
  readonly syncEveryMs?: number;
  /** Brings what was written to the disk. */
  readonly syncFile?: typeof fdatasync;
}

/**
 * @param path a file that does not exist yet
 * @param onError called once, as soon as something cannot be written
 */
export function createRecordSink(
  path: string,
  onError: (error: ArtifactError) => void,
  { syncEveryMs = 1000, syncFile = fdatasync }: RecordSinkOptions = {},
): RecordSink {
  const file: WriteStream = createWriteStream(path, { flags: 'ax', mode: 0o640, flush: true });
  let descriptor: number | undefined;
  let inode: number | undefined;
  let syncedBytes = 0;
  let syncing: Promise<void> | undefined;
  let failure: ArtifactError | undefined;
  const fail = (error: unknown) => {
    if (failure) return;
    failure = cannotWrite(path, error);
    onError(failure);
  };
  file.on('error', fail);
  file.on('open', (fd) => {
    descriptor = fd;
    inode = fstatSync(fd).ino;
  });
  const timer = setInterval(sync, syncEveryMs);
  timer.unref();

  function sync(): void {
    const { bytesWritten } = file;
    if (failure || syncing || descriptor === undefined || bytesWritten === syncedBytes) return;
    const fd = descriptor;
    syncing = new Promise((resolve) => {
      syncFile(fd, (error) => {
        syncing = undefined;
        if (error) fail(error);
        else syncedBytes = bytesWritten;
        resolve();
      });
    });
  }

  return {
    write(record) {
      if (!failure) file.write(`${encodeRecord(record)}\n`);
    },
    async close() {
      clearInterval(timer);
      // The descriptor must not be closed under it.
      await syncing;
      file.end();
      await finished(file).catch(() => undefined);
      // A file that was removed takes every write all the same.
      if (!failure && inodeOf(path) !== inode) fail(REMOVED);
      if (failure) throw failure;
    },
  };
}

const REMOVED = new Error(
  'it was removed or replaced while the run went on, expected to be left alone',
);

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
