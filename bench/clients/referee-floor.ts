import type { BenchRow } from '../input/trace.ts';
import type { Client } from './client.ts';

/** The referee's floor: a constant rate and one length; it tells means only. */
export function refereeFloorClient(program: string, name = 'floor'): Client {
  return {
    name,
    command({ port, rows, bodyBytes }) {
      const [first] = rows;
      if (first === undefined) throw new RangeError('Cannot run the floor: there are no rows');
      const { outputTokens, inputTokens } = first;
      const numbers = [port, rows.length, rateOf(rows), outputTokens, bodyBytes(inputTokens)];
      return { file: program, args: numbers.map(String) };
    },
    // It knows a rate and no trace: its due times are not cut to whole milliseconds.
    dueMs: (rows) => rows.map((_row, index) => (index * 1000) / rateOf(rows)),
    report(_task, { code, stdout, stderr }) {
      const ttft = /TTFT avg ([\d.]+)/.exec(stdout)?.[1];
      if (code !== 0 || ttft === undefined) {
        throw new Error(`Cannot use the run: the floor ended with ${code}\n${stderr}`);
      }
      return { requests: [], ttftMeanMs: Number(ttft) };
    },
  };
}

/** Requests per second. */
function rateOf(rows: readonly BenchRow[]): number {
  const [first, last] = [rows[0]!, rows.at(-1)!];
  return ((rows.length - 1) / (last.dueMs - first.dueMs)) * 1000;
}
