import { expect, test } from 'vitest';

import { readExport } from './aiperf.ts';

test('readExport() takes the milliseconds of records without an error', () => {
  const ok = {
    metadata: { x_request_id: 'u-1' },
    metrics: {
      time_to_first_token: { value: 50.5, unit: 'ms' },
      inter_token_latency: { value: 10, unit: 'ms' },
      inter_chunk_latency: { value: [9, 11], unit: 'ms' },
    },
  };
  const failed = { metadata: {}, metrics: { error_isl: { value: 9 } }, error: { message: 'x' } };
  expect(readExport(`${JSON.stringify(ok)}\n${JSON.stringify(failed)}\n`)).toEqual({
    requests: [{ requestId: 'u-1', ttftMs: 50.5, itlMs: 10 }],
    ttftMeanMs: 50.5,
    gapP99Ms: 11,
  });
});
