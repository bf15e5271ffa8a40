import { createHash } from 'node:crypto';

import { TraceError } from '../errors/errors.ts';
import type { SelectRow } from '../schedule/schedule.ts';
import { enlarged } from '../trace/enlarged.ts';
import { contentFieldOf, type OtherField, OtherFields } from '../trace/other-fields.ts';
import { traceError } from '../trace/file/problem.ts';
import { readRows, type ReadRowsOptions } from '../trace/read.ts';
import { contentProblem, MODEL_PROBLEM } from '../trace/row-problem.ts';
import type { TraceRow } from '../trace/row.ts';
import type { TraceSource } from '../trace/source.ts';
import { type CacheExpectation, CacheExpecter, type ServerCaches } from './expect-cache.ts';
import { type CachePrediction, CachePredictor } from './predict-cache.ts';

/** The result of one pass over a trace: all that the schedule and the second pass need. */
export interface TraceScan {
  /**
   * Digest of the file as it lies on disk, packed or not: 64 hexadecimal digits. Absent if the scan
   * was stopped before its end: everything else is then of the rows read.
   */
  readonly sha256?: string;
  /** `TraceSource.identify` during the scan. */
  readonly identity: string;
  readonly rowCount: number;
  /** Of every row, not decreasing; 8 bytes a row. */
  readonly timestampsMs: Float64Array;
  /** Sums and maxima over all rows, in tokens. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly maxInputLength: number;
  readonly maxOutputLength: number;
  /** Hash ids in all rows, each use counted. */
  readonly blockCount: number;
  /** Rows without hash ids, whose prompts share nothing. */
  readonly rowsWithoutHashIds: number;
  /** Names in the field `model` of the rows; absent when they decide nothing. */
  readonly models?: readonly string[];
  /** Fields of rows that the replay does not use; absent when there are none. */
  readonly otherFields?: readonly OtherField[];
  /** Of the selected rows; absent if there were too many prefixes to remember. */
  readonly cachePrediction?: CachePrediction;
  /** Of the selected rows in the caches that the options describe; absent if they do not. */
  readonly cacheExpectation?: CacheExpectation;
}

export interface ScanTraceOptions extends Pick<
  ReadRowsOptions,
  'blockSize' | 'timeUnit' | 'doubtfulUnit' | 'mayBeEmpty'
> {
  /** Fields beside ours that the replay uses. */
  readonly usedFields?: readonly string[];
  /** Whether the field `model` of a row decides the model that it asks for. */
  readonly modelPerRow?: boolean;
  /** Whether a row will be sent, asked for each in turn; all are by default. */
  readonly selectRow?: SelectRow;
  /** Its abort ends the scan with the piece of the file that is being read, the first at least. */
  readonly signal?: AbortSignal | undefined;
  /** The server's caches, whose hits are to be expected. */
  readonly serverCaches?: ServerCaches | undefined;
}

/**
 * Reads and checks a whole trace. Of its rows only the timestamps are kept: at most 16 bytes a row,
 * 24 for the moment in which their array grows, beside 16 MB for the prediction.
 *
 * @throws {TraceError} for the first problem, or if the file changes meanwhile
 */
export async function scanTrace(
  source: TraceSource,
  {
    selectRow = () => true,
    modelPerRow = false,
    usedFields = [],
    blockSize = 512,
    signal,
    serverCaches,
    ...reading
  }: ScanTraceOptions = {},
): Promise<TraceScan> {
  const identity = await source.identify();
  const hash = createHash('sha256');
  const cache = new CachePredictor(blockSize);
  const expecter = serverCaches && new CacheExpecter(serverCaches, blockSize);
  const others = new OtherFields(usedFields);
  const models = new Set<string>();
  let timestampsMs = new Float64Array(65_536);
  let rowCount = 0;
  const sums = {
    inputTokens: 0,
    outputTokens: 0,
    maxInputLength: 0,
    maxOutputLength: 0,
    blockCount: 0,
    rowsWithoutHashIds: 0,
  };

  let isStopped = false;

  const onBytes = (bytes: Uint8Array) => void hash.update(bytes);
  for await (const rows of readRows(source, { ...reading, blockSize, onBytes })) {
    rows.forEach(addRow);
    isStopped = signal?.aborted === true;
    if (isStopped) break;
  }
  if (!isStopped && (await source.identify()) !== identity) {
    throw changedError(source.name, 'while it was read', REPLACED);
  }
  const cachePrediction = cache.result();
  const cacheExpectation = expecter?.result();
  const otherFields = others.result();
  return {
    ...(!isStopped && { sha256: hash.digest('hex') }),
    identity,
    rowCount,
    timestampsMs: timestampsMs.slice(0, rowCount),
    ...sums,
    ...(otherFields && { otherFields }),
    ...(models.size > 0 && { models: [...models] }),
    ...(cachePrediction && { cachePrediction }),
    ...(cacheExpectation && { cacheExpectation }),
  };

  function addRow(row: TraceRow): void {
    const { timestampMs, inputLength, outputLength, hashIds, otherFields } = row;
    if (otherFields) {
      const content = contentFieldOf(otherFields);
      // There are no blank lines before a row.
      const place = { line: rowCount + 1 };
      if (content !== undefined) throw traceError(source.name, contentProblem(content), place);
      others.add(otherFields);
      const { model } = otherFields;
      if (modelPerRow && typeof model === 'string') models.add(model);
      else if (modelPerRow && model != null) throw traceError(source.name, MODEL_PROBLEM, place);
    }
    if (rowCount === timestampsMs.length) timestampsMs = enlarged(timestampsMs, 2 * rowCount);
    timestampsMs[rowCount++] = timestampMs;
    sums.inputTokens += inputLength;
    sums.outputTokens += outputLength;
    sums.maxInputLength = Math.max(sums.maxInputLength, inputLength);
    sums.maxOutputLength = Math.max(sums.maxOutputLength, outputLength);
    if (hashIds) sums.blockCount += hashIds.length;
    else sums.rowsWithoutHashIds++;
    if (!selectRow(timestampMs)) return;
    cache.add(row);
    expecter?.add(row);
  }
}

/** The reason behind another identity. */
export const REPLACED = 'it was written to or replaced';

/** @param by the evidence, such as `its digest differs` */
export function changedError(
  file: string,
  when: 'while it was read' | 'while the run was going on',
  by: string,
  options?: ErrorOptions,
): TraceError {
  return new TraceError(
    `Cannot use trace "${file}": it changed ${when} (${by}), expected the same file throughout` +
      '\n  Replay a copy that nothing writes to.',
    { file },
    options,
  );
}
