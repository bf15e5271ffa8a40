import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseRecord, type RequestRecord, type Summary } from '@trace-replay/metrics';

import type { CaseFile, WireLine } from './run-case.ts';

/** A row as the client recorded it, and the same row with the instants of the wire. */
export interface RowPair {
  readonly reported: RequestRecord;
  readonly wire: RequestRecord;
}

/** What a case left. */
export interface CaseRun {
  readonly directory: string;
  readonly caseFile: CaseFile;
  /** Absent if the client made none. */
  readonly summary?: Summary;
  /** Every row as the client recorded it. */
  readonly records: readonly RequestRecord[];
  readonly rows: readonly RowPair[];
  /** Rows of the client that the capture has not, or not as whole. */
  readonly unmatched: number;
}

export function readCase(directory: string): CaseRun {
  const read = (name: string) => readFileSync(join(directory, name), 'utf8');
  const caseFile = JSON.parse(read('case.json')) as CaseFile;
  if (!existsSync(join(directory, 'summary.json'))) {
    return { directory, caseFile, records: [], rows: [], unmatched: 0 };
  }
  const { zero } = JSON.parse(read('run.json')) as { zero: { monotonic_ns: string } };
  const zeroNs = BigInt(zero.monotonic_ns);
  const wire = new Map(linesOf(read('wire.jsonl')).map(wireLine));
  const records = linesOf(read('records.jsonl')).map((line) => parseRecord(line));
  const rows = records.flatMap((reported) => pairOf(reported, wire.get(reported.row), zeroNs));
  const sent = records.filter(({ sent_ns: sentNs }) => sentNs !== undefined).length;
  const summary = JSON.parse(read('summary.json')) as Summary;
  return { directory, caseFile, summary, records, rows, unmatched: sent - rows.length };
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter(Boolean);
}

function wireLine(text: string): [row: number, line: WireLine] {
  const line = JSON.parse(text) as WireLine;
  return [line.row, line];
}

/** Of an answer that is ok every event has to be there; of others only the sending is compared. */
function pairOf(reported: RequestRecord, line: WireLine | undefined, zeroNs: bigint): RowPair[] {
  if (line === undefined || reported.sent_ns === undefined) return [];
  const { content_ns: stamps = [], connect_started_ns: connectStartedNs } = reported;
  if (reported.outcome === 'ok' && line.contentNs.length !== stamps.length) return [];
  const instant = (text: string) => Number(BigInt(text) - zeroNs);
  const isConnecting = connectStartedNs !== undefined && reported.connected_ns !== undefined;
  const wire: RequestRecord = {
    ...reported,
    sent_ns: instant(line.sentNs),
    ...(reported.outcome === 'ok' && { content_ns: line.contentNs.map(instant) }),
    ...(isConnecting &&
      line.connectNs !== undefined && { connected_ns: connectStartedNs + line.connectNs }),
  };
  return [{ reported, wire }];
}
