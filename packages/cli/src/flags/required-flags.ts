import { UsageError } from '../io/errors.ts';

/** Flags without which nothing can be done, by commander's names, with an example of each. */
const REQUIRED = {
  replay: { trace: '--trace trace.jsonl', url: '--url http://localhost:8000' },
  compare: { a: '--a http://localhost:8000', b: '--b http://localhost:8000' },
};

/** @throws {UsageError} naming the first flag that is missing */
export function requireFlags(
  action: keyof typeof REQUIRED,
  values: Readonly<Record<string, unknown>>,
): void {
  for (const [name, example] of Object.entries(REQUIRED[action])) {
    if (values[name] !== undefined) continue;
    throw new UsageError(`Cannot ${action}: --${name} is missing, expected for example ${example}`);
  }
}

/** `--wait-for-model` → `REPLAY_WAIT_FOR_MODEL` */
export function variableOf(flag: string): string {
  return `REPLAY_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`;
}
