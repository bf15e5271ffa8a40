import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { TraceWork } from '../serving/deployment/trace-works.ts';

const ROOT = new URL('../../../../', import.meta.url);

/** The developers' trace beside the project; tests that need it are skipped without it. */
export const SEED_TRACE = new URL('../shared/traces/seed-synth-10000.jsonl', ROOT);

export const hasSeedTrace =
  existsSync(SEED_TRACE) || process.env['TRACE_REPLAY_REQUIRE_SHARED'] === '1';

interface Line {
  readonly timestamp: number;
  readonly input_length: number;
  readonly output_length: number;
  readonly hash_ids?: readonly number[];
}

/** Rows of a trace in the Mooncake format; ids beyond 2^53 come out rounded. */
export function traceRows(file: URL): readonly TraceWork[] {
  const lines = readFileSync(fileURLToPath(file), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const row = JSON.parse(line) as Line;
    return {
      timestampMs: row.timestamp,
      inputLength: row.input_length,
      outputLength: row.output_length,
      hashIds: row.hash_ids,
    };
  });
}

export function fixtureTrace(name: string): readonly TraceWork[] {
  return traceRows(new URL(`fixtures/traces/${name}`, ROOT));
}
