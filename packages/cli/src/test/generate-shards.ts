import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  Accumulator,
  encodeRecord,
  type RequestRecord,
  type RunState,
  summarize,
} from '@trace-replay/metrics';
import { accumulatorState } from '@trace-replay/metrics/internal';

export interface GeneratedRun {
  readonly shards: number;
  readonly rowsPerShard: number;
  /** Output tokens of a row, one event each. */
  readonly tokens: number;
}

const ZERO = 1_767_323_045_678;
const MS = 1e6;

/**
 * Writes what the shards of a finished run leave, as far as a merge reads it. Times are spread
 * widely, so that the histograms are as full as a server's make them.
 *
 * @param directory is made: the run's, `<artifact-dir>/<run id>`
 */
export function generateShards(directory: string, run: GeneratedRun): void {
  for (let index = 0; index < run.shards; index++) {
    const place = join(directory, 'generated', `shard-${index}-of-${run.shards}`);
    mkdirSync(place, { recursive: true });
    const accumulator = new Accumulator({ objectives: [] });
    const lines: string[] = [];
    for (let part = 0; part < run.rowsPerShard; part++) {
      const record = recordOf(part * run.shards + index, run.tokens);
      accumulator.add(record);
      lines.push(`${encodeRecord(record)}\n`);
    }
    const state = stateOf(index, run);
    const { status, conditions } = state;
    const totalRows = run.rowsPerShard;
    const summary = summarize(accumulator, {
      status: status === 'running' ? 'partial' : status,
      run: state.run,
      conditions,
      totalRows,
    });
    writeFileSync(join(place, 'records.jsonl'), lines.join(''));
    writeFileSync(join(place, 'accumulator.json'), JSON.stringify(accumulatorState(accumulator)));
    writeFileSync(join(place, 'summary.json'), JSON.stringify(summary));
    writeFileSync(join(place, 'run.json'), JSON.stringify({ ...state, rows: summary.rows }));
  }
}

/** A number from 0 to below 1 that belongs to a row and a place in it. */
function spread(row: number, place: number): number {
  return (((row + 1) * 2_654_435_761 + place * 40_503) % 1_000_003) / 1_000_003;
}

function recordOf(row: number, tokens: number): RequestRecord {
  const dueNs = row * MS;
  const sentNs = dueNs + Math.round(spread(row, 1) * 3 * MS);
  const contentNs: number[] = [];
  let atNs = sentNs + Math.round(10 ** (1 + 3 * spread(row, 2)) * MS);
  for (let token = 0; token < tokens; token++) {
    contentNs.push(atNs);
    atNs += Math.round(10 ** (2 * spread(row, 3 + token)) * MS);
  }
  return {
    schema_version: 1,
    row,
    outcome: 'ok',
    due_ns: dueNs,
    dispatched_ns: dueNs,
    sent_ns: sentNs,
    content_ns: contentNs,
    end_ns: atNs,
    target: 0,
    http_status: 200,
    finish_reason: 'length',
    input_tokens_asked: 1000,
    output_tokens_asked: tokens,
    output_tokens: tokens,
    output_tokens_by: 'usage',
  };
}

function stateOf(index: number, { shards, rowsPerShard }: GeneratedRun): RunState {
  const rows = shards * rowsPerShard;
  const started_at = new Date(ZERO).toISOString();
  return {
    schema_version: 1,
    status: 'completed',
    run: { id: 'generated', started_at, shard: { index, count: shards, rows: rowsPerShard } },
    objectives: [],
    zero: { unix_ms: ZERO, monotonic_ns: '1' },
    exit_code: 0,
    conditions: {
      trace: {
        file: 'generated.jsonl',
        sha256: '0'.repeat(64),
        rows,
        selected_rows: rows,
        first_row: 0,
        block_size: 512,
      },
      model: 'm',
      endpoint: 'chat',
      urls: ['http://localhost:1'],
      seed: 42,
      speedup: 1,
      output_length: 'exact',
      prompt_algorithm: 'p',
      flags: {},
      versions: { trace_replay: '0', node: '0', undici: '0' },
      host: { os: 'linux', arch: 'x64', cpus: 1, memory_bytes: 1 },
    },
  };
}
