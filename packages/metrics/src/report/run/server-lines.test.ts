import { expect, test } from 'vitest';

import { GOLDEN_SUMMARY } from '../../test/golden-summary.ts';
import type { Summary } from '../../schemas/summary.ts';
import { serverSentences } from './server-lines.ts';

type Check = NonNullable<NonNullable<Summary['server_metrics']>['check']>;
type Endpoint = NonNullable<Summary['server_metrics']>['endpoints'][number];

interface Case {
  readonly requests?: number;
  readonly tokens?: number;
  readonly cut?: number;
  /** Rows that failed, and that were aborted. */
  readonly unended?: readonly [failed: number, aborted: number];
  readonly endpoint?: Partial<Endpoint>;
}

/** 10 rows ok and 20 tokens here; `requests` and `tokens` are the server's. */
function sentences({ requests, tokens, cut, unended = [0, 0], endpoint = {} }: Case): string {
  const figure = (server: number | undefined, ours: number) =>
    server === undefined ? undefined : { server, ours, difference: server - ours };
  const check: Check = {
    source: 'vllm',
    requests: figure(requests, 10),
    output_tokens: figure(tokens, 20),
    cut_rows: cut,
  };
  const [failed, aborted] = unended;
  return serverSentences({
    ...GOLDEN_SUMMARY,
    rows: { ...GOLDEN_SUMMARY.rows, ok: 10, failed, aborted_inflight: aborted },
    server_metrics: {
      endpoints: [{ url: 'http://a/metrics', scrapes: 3, failures: 0, ...endpoint }],
      check,
    },
  }).join(' ');
}

/** Each sentence: a case where the records show it, and the nearest ones where they do not. */
const table: [sentence: RegExp, shown: Case, ...notShown: Case[]][] = [
  [
    /at least 2 requests more than this run sent: others used it/,
    { requests: 13, unended: [0, 1] },
    { requests: 10 },
    // Our own interrupt: the server ended what we had left.
    { requests: 13, unended: [0, 3] },
    { requests: 13, unended: [3, 0] },
    // The server died, or began again.
    { requests: 13, endpoint: { ended_without_answer: true, failures: 1 } },
    { requests: 13, endpoint: { restarts: 1 } },
    { tokens: 25 },
  ],
  [
    /3 requests as ok beyond ours.* 4 rows that failed or were aborted here/,
    { requests: 13, unended: [1, 3] },
    { requests: 15, unended: [1, 3] },
    { requests: 10, unended: [1, 3] },
  ],
  [
    /2 requests fewer than were answered: they do not show the whole server/,
    { requests: 8 },
    { requests: 10 },
    { requests: 8, endpoint: { ended_without_answer: true } },
    { requests: 8, endpoint: { restarts: 1 } },
  ],
  [
    /the server counts tokens in another way/,
    { requests: 10, tokens: 21 },
    { requests: 10, tokens: 20 },
    { requests: 11, tokens: 21 },
    { requests: 10, tokens: 19, endpoint: { ended_without_answer: true } },
  ],
  [
    /counted 1 output tokens more than ours; it counts no requests/,
    { tokens: 21 },
    { tokens: 20 },
    { requests: 10, tokens: 21 },
  ],
  [
    /counted 1 output tokens fewer than ours; it counts no requests/,
    { tokens: 19 },
    { tokens: 20 },
    { tokens: 19, endpoint: { restarts: 1 } },
  ],
  [
    /Output tokens are not compared: 2 rows got tokens and did not end ok/,
    { requests: 10, cut: 2, unended: [2, 0] },
    { requests: 10, unended: [2, 0] },
  ],
  [
    /counts of http:\/\/a\/metrics end before the run does/,
    { requests: 8, endpoint: { ended_without_answer: true, failures: 1 } },
    // A scrape between two others failed.
    { requests: 10, endpoint: { failures: 1 } },
  ],
  [/began again at 0/, { requests: 8, endpoint: { restarts: 1 } }, { requests: 8 }],
];

test.each(table)(
  'serverSentences() says %s only where it is shown',
  (sentence, shown, ...others) => {
    expect(sentences(shown)).toMatch(sentence);
    for (const other of others)
      expect(sentences(other), JSON.stringify(other)).not.toMatch(sentence);
  },
);

test('serverSentences() says nothing where all figures agree, or a page counts nothing', () => {
  expect(sentences({ requests: 10, tokens: 20 })).toBe('');
  expect(serverSentences(GOLDEN_SUMMARY)).toEqual([]);
});
