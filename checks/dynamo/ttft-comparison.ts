import type { RequestRecord } from '@trace-replay/metrics';

import { renderTable } from './render-table.ts';
import type { Replayed } from './replay-rows.ts';

/** The first token of one row, on one clock, in ms. The two times together are its TTFT. */
export interface FirstToken {
  /** First byte written → the kernel has the whole body: ours. */
  readonly uploadMs: number;
  /** The kernel has the body → the frontend's handler starts: no client has a part in it. */
  readonly waitMs: number;
  /** First byte written → first content. */
  readonly ttftMs: number;
}

/**
 * Mean time to first token of one replay, by our records and by the frontend's own histogram, ms.
 * That histogram begins where the handler starts. Before that the kernel holds the request until
 * the frontend accepts and reads it, which is in every client's TTFT and in no figure of the
 * frontend's.
 */
export interface TtftComparison {
  readonly title: string;
  readonly rows: number;
  readonly frontendMs: number;
  readonly oursMs: number;
  /** Ours − the frontend's. */
  readonly rawMs: number;
  readonly uploadMs: number;
  readonly waitMs: number;
  /** The longest wait of any row. */
  readonly longestWaitMs: number;
  /** Ours − wait − the frontend's: what is left for a client to get wrong. */
  readonly fairMs: number;
  /** Rows whose handler started before we say that their first byte left. */
  readonly sentLate: number;
  readonly load: number;
  readonly isWithin: boolean;
  /** Why it says nothing of the client: others had the cores. Absent on a quiet machine. */
  readonly noise?: string;
}

/** Agreement that is asked for: so many milliseconds, or this share of the frontend's figure. */
const WITHIN_MS = 5;
const WITHIN_SHARE = 0.05;
/** One stall that is this long moves the mean of 60 to 120 rows by a millisecond or more. */
const STARVED_MS = 50;
const STARVED_SHARE = 0.75;
/** The frontend's stamp is cut to whole milliseconds: on average it lies half a one too early. */
const STAMP_MS = 1;

/**
 * @returns `undefined` for a row without content, or without the frontend's stamp of its arrival
 */
export function firstTokenOf(record: RequestRecord, zeroUnixMs: number): FirstToken | undefined {
  const { sent_ns: sentNs, flushed_ns: flushedNs, content_ns: contentNs } = record;
  const firstNs = contentNs?.[0];
  const receivedMs = record.server_timing?.['request_received_ms'];
  if (sentNs === undefined || flushedNs === undefined) return undefined;
  if (firstNs === undefined || receivedMs === undefined) return undefined;
  return {
    uploadMs: (flushedNs - sentNs) / 1e6,
    waitMs: receivedMs + STAMP_MS / 2 - zeroUnixMs - flushedNs / 1e6,
    ttftMs: (firstNs - sentNs) / 1e6,
  };
}

export function compareTtft(title: string, replayed: Replayed): TtftComparison {
  const { records, counted, load, zeroUnixMs } = replayed;
  const rows = records.flatMap((record) => firstTokenOf(record, zeroUnixMs) ?? []);
  const waitMs = mean(rows.map((row) => row.waitMs));
  const oursMs = mean(rows.map((row) => row.ttftMs));
  const frontendMs = counted.ttftSumMs / counted.ttftCount;
  const fairMs = oursMs - waitMs - frontendMs;
  const noise = noiseOf(replayed);
  return {
    title,
    rows: rows.length,
    frontendMs,
    oursMs,
    rawMs: oursMs - frontendMs,
    uploadMs: mean(rows.map((row) => row.uploadMs)),
    waitMs,
    longestWaitMs: Math.max(...rows.map((row) => row.waitMs)),
    fairMs,
    sentLate: rows.filter((row) => row.uploadMs + row.waitMs < -STAMP_MS / 2).length,
    load,
    isWithin: isWithin(fairMs, frontendMs),
    ...(noise !== undefined && { noise }),
  };
}

/**
 * Server and client share two cores here, and the server takes both in the long bursts. A wake-up
 * that finds no core free waits for hundreds of milliseconds at worst: docs/fidelity.md has
 * figures. On a quiet machine the thread that reads waits half to three quarters of the time that
 * it runs. A client that is slow by itself runs longer or stands still on its core,
 * and so is not excused.
 */
function noiseOf({ summary }: Replayed): string | undefined {
  const { run_queue: queue, longest_stall: stall } = summary.fidelity?.inputs.loops ?? {};
  if (queue !== undefined && queue.wait_ms >= queue.on_core_ms) {
    return `the reader waited ${whole(queue.wait_ms)} for a core and had one for ${whole(queue.on_core_ms)}`;
  }
  const { late_ms: lateMs = 0, waited_ms: waitedMs = 0 } = stall ?? {};
  if (lateMs < STARVED_MS || waitedMs < STARVED_SHARE * lateMs) return undefined;
  return `the reader stood still for ${whole(lateMs)}, ${whole(waitedMs)} of it for want of a core`;
}

function whole(ms: number): string {
  return `${ms.toFixed(0)} ms`;
}

/** The comparisons as lines of text. */
export function renderTtftTable(comparisons: readonly TtftComparison[]): string {
  return renderTable(
    HEAD,
    comparisons.map((each) => [
      each.title,
      String(each.rows),
      each.frontendMs.toFixed(2),
      each.oursMs.toFixed(2),
      ...difference(each.rawMs, each.frontendMs),
      each.uploadMs.toFixed(2),
      each.waitMs.toFixed(2),
      each.longestWaitMs.toFixed(2),
      ...difference(each.fairMs, each.frontendMs),
      each.load.toFixed(1),
      each.isWithin ? 'yes' : ['NO', each.noise].filter(Boolean).join(': '),
    ]),
  );
}

const HEAD = [
  'mean TTFT, ms',
  'rows',
  'frontend',
  'ours',
  'raw',
  '',
  'upload',
  'wait',
  'longest',
  'without wait',
  '',
  'load',
  'within 5 ms or 5 %',
];

function difference(differenceMs: number, ofMs: number): readonly string[] {
  return [differenceMs.toFixed(2), `${((100 * differenceMs) / ofMs).toFixed(1)} %`];
}

function isWithin(differenceMs: number, ofMs: number): boolean {
  return Math.abs(differenceMs) <= Math.max(WITHIN_MS, WITHIN_SHARE * ofMs);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
