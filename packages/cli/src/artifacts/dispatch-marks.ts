import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';

const FILE = 'dispatched.txt';
/** Written together: a write costs 20 µs, whatever its size. */
const PIECE_ROWS = 64;

/** The rows that were handed to the client, one number a line, in a file beside the records. */
export interface DispatchMarks {
  /** Never waits. */
  add(row: number): void;
  /** Takes the file away: every row has a record. */
  remove(): Promise<void>;
}

/**
 * A process that is killed leaves no record of the rows in flight; these marks tell them from rows
 * that were never sent. They are no result: a disk that has no room for them costs them alone.
 */
export function createDispatchMarks(directory: string): DispatchMarks {
  const path = join(directory, FILE);
  const file = createWriteStream(path, { flags: 'ax', mode: 0o640 });
  file.on('error', () => undefined);
  let rows: number[] = [];
  let turn: NodeJS.Immediate | undefined;

  function write(): void {
    if (turn) clearImmediate(turn);
    turn = undefined;
    if (rows.length > 0 && file.writable) file.write(`${rows.join('\n')}\n`);
    rows = [];
  }

  return {
    add(row) {
      rows.push(row);
      if (rows.length >= PIECE_ROWS) write();
      else turn ??= setImmediate(write);
    },
    async remove() {
      write();
      file.end();
      await finished(file).catch(() => undefined);
      await rm(path, { force: true }).catch(() => undefined);
    },
  };
}

/** The rows that a killed run had handed to the client; none of a run that has ended. */
export async function readDispatchMarks(directory: string): Promise<Set<number>> {
  const rows = new Set<number>();
  const file = createReadStream(join(directory, FILE), 'utf8');
  try {
    // The last line may be cut: its number would be of another row.
    let line: string | undefined;
    for await (const next of createInterface({ input: file, crlfDelay: Infinity })) {
      if (line !== undefined && /^\d+$/.test(line)) rows.add(Number(line));
      line = next;
    }
    if (line !== undefined && /^\d+$/.test(line) && (await endsWithNewline(directory))) {
      rows.add(Number(line));
    }
  } catch {
    // An earlier version wrote none.
  }
  return rows;
}

async function endsWithNewline(directory: string): Promise<boolean> {
  let last = '';
  for await (const piece of createReadStream(join(directory, FILE), 'utf8')) {
    last = String(piece).slice(-1);
  }
  return last === '\n';
}
