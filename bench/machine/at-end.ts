import { constants } from 'node:os';

const tasks = new Set<() => void>();
let isArmed = false;

/**
 * Does something when this program ends, by a signal too: what it has started is not left behind.
 * SIGKILL cannot be met.
 *
 * @param task is over when it returns
 * @returns forgets a task that is no longer needed
 */
export function atEnd(task: () => void): () => void {
  if (!isArmed) arm();
  isArmed = true;
  tasks.add(task);
  return () => tasks.delete(task);
}

function arm(): void {
  process.once('exit', () => {
    for (const task of [...tasks].reverse()) {
      try {
        task();
      } catch {
        // It has gone already; the next one is still to be done.
      }
    }
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
}
