import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ROOT } from '../input/root.ts';
import { mean } from '../figures/statistics.ts';
import type { Client, ClientReport, Task } from './client.ts';
import { encodeSchedule } from './floor.ts';

const PROGRAM = fileURLToPath(new URL('bench/clients/plain-undici.mjs', ROOT));

/**
 * A client on undici that neither reads events nor keeps records: what is left when all that is
 * ours is taken away.
 */
export const plainUndiciClient: Client = {
  name: 'plain undici',
  command(task) {
    const file = join(task.directory, 'schedule.txt');
    writeFileSync(file, encodeSchedule(task));
    return { file: process.execPath, args: [PROGRAM, String(task.port), task.model, file] };
  },
  report({ rows }, { code, stdout, stderr }) {
    if (code !== 0) {
      throw new Error(`Cannot use the run: plain undici ended with ${code}\n${stderr}`);
    }
    return readPlainUndici(stdout, rows);
  },
};

/** What the program says: its zero, and each answer's row, sent and first read. */
export function readPlainUndici(stdout: string, rows: Task['rows']): ClientReport {
  const zeroAtMs = Number(/^zero (\S+)$/m.exec(stdout)?.[1]);
  const requests = [...stdout.matchAll(/^request (\d+) (\S+) (\S+)$/gm)].flatMap(
    ([, row, sentAtMs, firstAtMs]) => {
      const planned = rows[Number(row)];
      if (planned === undefined) return [];
      const dueAtMs = zeroAtMs + planned.dueMs;
      return {
        requestId: `plain-${row}`,
        dueAtMs,
        sentLagMs: Number(sentAtMs) - dueAtMs,
        ttftMs: Number(firstAtMs) - Number(sentAtMs),
      };
    },
  );
  const ttftMeanMs = mean(requests.map(({ ttftMs }) => ttftMs));
  return { requests, ...(ttftMeanMs !== undefined && { ttftMeanMs }) };
}
