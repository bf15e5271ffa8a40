import type { RequestRecord } from '@trace-replay/metrics';

import type { SyntheticOptions } from './synthetic-run.ts';

const failed = (record: RequestRecord): RequestRecord => ({
  schema_version: 1,
  row: record.row,
  outcome: 'failed',
  due_ns: record.due_ns,
  end_ns: record.due_ns + 5e6,
  input_tokens_asked: record.input_tokens_asked,
  output_tokens_asked: record.output_tokens_asked,
  failure: { class: 'refused', code: 'ECONNREFUSED' },
});

/** Runs at the edges of what pictures meet. */
export const EDGE_RUNS: readonly [what: string, options: SyntheticOptions][] = [
  ['no rows', { rows: 0 }],
  ['one row', { rows: 1 }],
  ['all failed', { rows: 30, change: failed }],
  ['all due at once', { rows: 50, gapSeconds: 0 }],
  ['three seconds', { rows: 60, gapSeconds: 0.04 }],
  ['no gaps', { rows: 40, outputTokens: 0 }],
  ['no objectives', { rows: 40, objectives: '' }],
  [
    'nothing cached, no targets',
    { rows: 40, change: ({ cached_tokens: _c, target: _t, ...record }) => record },
  ],
  [
    'a run that was killed',
    { rows: 40, context: { totalRows: 60, notSent: 20, status: 'partial' } },
  ],
  ['sent early', { rows: 40, change: (record) => ({ ...record, due_ns: record.due_ns + 9e5 }) }],
];
