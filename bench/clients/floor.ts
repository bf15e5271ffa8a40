import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { percentileOfCounts, readCounts } from '../servers/bucket-counts.ts';
import { mean } from '../figures/statistics.ts';
import type { Client, ClientReport, ReportedRequest, Task } from './client.ts';

/** The floor of `bench/native/floor.c`: any schedule, bodies of any size. */
export function floorClient(program: string, name = 'floor'): Client {
  return {
    name,
    command(task) {
      const file = join(task.directory, 'schedule.txt');
      writeFileSync(file, encodeSchedule(task));
      return { file: program, args: [String(task.port), task.model, file] };
    },
    report({ rows }, { code, stdout, stderr }) {
      if (code !== 0)
        throw new Error(`Cannot use the run: the floor ended with ${code}\n${stderr}`);
      return readFloor(stdout, rows);
    },
  };
}

/** One line a row: due in microseconds, output tokens, bytes of the body. */
export function encodeSchedule({ rows, bodyBytes }: Pick<Task, 'rows' | 'bodyBytes'>): string {
  return rows
    .map(
      ({ dueMs, inputTokens, outputTokens }) =>
        `${dueMs * 1000} ${outputTokens} ${bodyBytes(inputTokens)}\n`,
    )
    .join('');
}

/** The floor's output → what it says; an answer without all its tokens is left out. */
export function readFloor(stdout: string, rows: Task['rows']): ClientReport {
  const lines = stdout.split('\n');
  const after = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const zeroAtMs = Number(after('zero')[0]) / 1e6;
  const requests: ReportedRequest[] = [];
  for (const line of after('request')) {
    const [row = 0, sentNs = 0, firstNs = 0, lastNs = 0, events = 0] = line.split(' ').map(Number);
    const planned = rows[row];
    if (planned === undefined || events !== planned.outputTokens) continue;
    requests.push({
      requestId: `floor-${row}`,
      dueAtMs: zeroAtMs + planned.dueMs,
      sentLagMs: sentNs / 1e6 - planned.dueMs,
      ttftMs: (firstNs - sentNs) / 1e6,
      ...(events > 1 && { itlMs: (lastNs - firstNs) / (events - 1) / 1e6 }),
    });
  }
  const gapP99Ms = percentileOfCounts(readCounts(after('gap').join('\n')), 0.99);
  const ttftMeanMs = mean(requests.map(({ ttftMs }) => ttftMs!));
  return {
    requests,
    ...(ttftMeanMs !== undefined && { ttftMeanMs }),
    ...(gapP99Ms !== undefined && { gapP99Ms }),
  };
}
