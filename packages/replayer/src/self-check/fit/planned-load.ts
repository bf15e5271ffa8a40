import { describeSchedule, type Schedule } from '../../schedule/schedule.ts';
import { isInShard } from '../../schedule/shard.ts';

/** The assumed duration of a row. */
export interface AssumedTimes {
  readonly firstTokenMs: number;
  readonly perTokenMs: number;
  /** No row lasts longer. */
  readonly longestMs?: number | undefined;
}

/** Lengths of the schedule's own rows, in tokens. */
export interface RowLengths {
  readonly inputTokens: Float64Array;
  readonly outputTokens: Float64Array;
}

/** The load of a run on the client. */
export interface PlannedLoad {
  readonly rows: number;
  readonly spanMs: number;
  /** Absent, as the next is, when all rows are due at once. */
  readonly rowsPerSecond?: number;
  readonly meanGapMs?: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly bodyBytes: number;
  readonly longestBodyBytes: number;
  readonly burst: {
    /** Most rows due at one instant. */
    readonly rows: number;
    /** Most bytes that leave at one instant. */
    readonly bytes: number;
  };
  /** Streams open at once, if every row takes the times assumed. */
  readonly peakStreams: number;
  readonly peakTokensPerSecond: number;
}

/** @param bytesPerToken of a request body, for each prompt token */
export function plannedLoad(
  schedule: Schedule,
  { inputTokens, outputTokens }: RowLengths,
  times: AssumedTimes,
  bytesPerToken: number,
): PlannedLoad {
  const { rows, spanNs, maxRowsAtOnce, instants, rowsPerSecond } = describeSchedule(schedule);
  const dueNs = schedule.dueNs.filter((_due, place) => isInShard(schedule.shard, place));
  const peakStreams = mostAtOnce(dueNs, endsNs(dueNs, outputTokens, times));
  const inputSum = sum(inputTokens);
  return {
    rows,
    spanMs: spanNs / 1e6,
    ...(rowsPerSecond !== undefined && { rowsPerSecond }),
    ...(instants > 1 && { meanGapMs: spanNs / 1e6 / (instants - 1) }),
    inputTokens: inputSum,
    outputTokens: sum(outputTokens),
    bodyBytes: Math.round(inputSum * bytesPerToken),
    longestBodyBytes: Math.round(inputTokens.reduce((a, b) => Math.max(a, b), 0) * bytesPerToken),
    burst: {
      rows: maxRowsAtOnce,
      bytes: Math.round(mostTokensAtOnce(dueNs, inputTokens) * bytesPerToken),
    },
    peakStreams,
    peakTokensPerSecond: (peakStreams / times.perTokenMs) * 1000,
  };
}

function endsNs(
  dueNs: Float64Array,
  outputTokens: Float64Array,
  { firstTokenMs, perTokenMs, longestMs = Infinity }: AssumedTimes,
): Float64Array {
  return dueNs.map((due, row) => {
    const lastsMs = firstTokenMs + perTokenMs * (outputTokens[row] ?? 0);
    return due + Math.min(lastsMs, longestMs) * 1e6;
  });
}

/** @param starts ascending; a stream that ends when another starts makes room for it */
function mostAtOnce(starts: Float64Array, ends: Float64Array): number {
  const sorted = ends.toSorted();
  let ended = 0;
  let most = 0;
  starts.forEach((start, started) => {
    while ((sorted[ended] ?? Infinity) <= start) ended++;
    most = Math.max(most, started + 1 - ended);
  });
  return most;
}

function mostTokensAtOnce(dueNs: Float64Array, inputTokens: Float64Array): number {
  let most = 0;
  let together = 0;
  dueNs.forEach((due, row) => {
    together = (due === dueNs[row - 1] ? together : 0) + (inputTokens[row] ?? 0);
    most = Math.max(most, together);
  });
  return most;
}

function sum(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}
