import { expect, test } from 'vitest';

import type { Contest, SideLoad } from '../../schemas/comparison.ts';
import { whySentences } from './why.ts';

const NOTHING: SideLoad = { peak_in_flight: 3, beyond_limit: [] };

function sentences(first: Partial<SideLoad>, second: Partial<SideLoad> = {}): string {
  const load = { first: { ...NOTHING, ...first }, second: { ...NOTHING, ...second } };
  return whySentences({ first: 0, second: 1, load } as Contest).join(' ');
}

const TTFT = 'time_to_first_token' as const;
const WAITING = [12, 40, 71, 103];

type Loads = [first: Partial<SideLoad>, second?: Partial<SideLoad>];

/** Each sentence: a case where the records show it, and the nearest where they do not. */
const table: [sentence: string, shown: Loads, notShown: Loads][] = [
  [
    'Ok rows beyond a limit: time_to_first_token A 2, B 0.',
    [{ beyond_limit: [{ metric: TTFT, rows: 2 }] }, { beyond_limit: [{ metric: TTFT, rows: 0 }] }],
    [{}],
  ],
  [
    'Rows a second: 5.000 offered; served A 4.900/s, B 4.000/s. Most in flight at once: A 3, B 9.',
    [
      { offered_per_second: 5, served_per_second: 4.9 },
      { offered_per_second: 5, served_per_second: 4, peak_in_flight: 9 },
    ],
    [{ offered_per_second: 5 }, { offered_per_second: 5 }],
  ],
  [
    // Sides of different traces.
    'offered A 5.000, B 10.00; served A 4.900/s, B not known',
    [{ offered_per_second: 5, served_per_second: 4.9 }, { offered_per_second: 10 }],
    [{ offered_per_second: 5, served_per_second: 4.9 }, { offered_per_second: 5 }],
  ],
  [
    'Median time to first token, first → last quarter of the rows: A 20.00 ms → 21.00 ms, B – → –.',
    [{ ttft_first_quarter_ms: 20, ttft_last_quarter_ms: 21 }],
    [{}],
  ],
  [
    'A served less than it was offered all along',
    [{ queue_grew: true, waiting_rows: WAITING }],
    // A short run: less is served than offered a second, and the last rows are later.
    [
      {
        ...{ offered_per_second: 5, served_per_second: 2, waiting_rows: [3, 2, 4, 3] },
        ...{ ttft_first_quarter_ms: 20, ttft_last_quarter_ms: 90 },
      },
    ],
  ],
  [
    '12, 40, 71, 103 rows waited for their first token after each quarter',
    [{ queue_grew: true, waiting_rows: WAITING }],
    [{ waiting_rows: WAITING }],
  ],
  [
    'B served less than it was offered all along',
    [{}, { queue_grew: true, waiting_rows: WAITING }],
    [{ queue_grew: true, waiting_rows: WAITING }],
  ],
  [
    'Prompt tokens found in caches: A 30.0 %, B not known.',
    [{ cached_share: 0.3 }],
    [{ router_hit_rate: 0.3 }],
  ],
  [
    'Ceiling of a cold cache without a limit: 44.0 %.',
    [{ cached_share: 0.3, cache_ceiling_share: 0.44 }, { cache_ceiling_share: 0.44 }],
    [{ cache_ceiling_share: 0.44 }, { cache_ceiling_share: 0.44 }],
  ],
  [
    'Expected with KV-aware routing: A 40.0 %, B not known; with round robin: A 20.0 %, B not known.',
    [{ cache_expected_kv_aware_share: 0.4, cache_expected_round_robin_share: 0.2 }],
    [{ cached_share: 0.4, cache_ceiling_share: 0.44 }],
  ],
  [
    // A disaggregated server reports 0 where its prefill workers reuse prefixes.
    'Prompt tokens found in caches: A 20.0 %, B 30.0 % by the router.',
    [{ cached_share: 0.2 }, { cached_share: 0, router_hit_rate: 0.3 }],
    [{ cached_share: 0.2 }, { cached_share: 0.3 }],
  ],
  [
    "By the server's own clock, on average: waiting for prefill A 5.000 ms, B not known; prefill",
    [{ prefill_wait_ms: 5, prefill_ms: 9 }],
    [{ prefill_ms: 9 }],
  ],
];

test.each(table)('whySentences() says "%s" only where it is shown', (sentence, shown, notShown) => {
  expect(sentences(...shown)).toContain(sentence);
  expect(sentences(...notShown)).not.toContain(sentence);
});
