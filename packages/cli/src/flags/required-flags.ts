import { UsageError } from '../io/errors.ts';

/** Flags without which nothing can be replayed, by commander's names, with an example of each. */
const REQUIRED = { trace: '--trace trace.jsonl', url: '--url http://localhost:8000' };

/** @throws {UsageError} naming the first flag that is missing */
export function requireFlags(values: Readonly<Record<string, unknown>>): void {
  for (const [name, example] of Object.entries(REQUIRED)) {
    if (values[name] !== undefined) continue;
    throw new UsageError(`Cannot replay: --${name} is missing, expected for example ${example}`);
  }
}
