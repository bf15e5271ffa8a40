import { createHash } from 'node:crypto';

import { expect, test } from 'vitest';

import { renderRunPage, renderRunPlots } from './run-page.ts';
import { EDGE_RUNS } from './test/edge-runs.ts';
import { syntheticRun } from './test/synthetic-run.ts';

test.each(EDGE_RUNS)('the page of %s says the numbers of the summary', (_, options) => {
  const { data, summary } = syntheticRun(options);
  const page = renderRunPage(data);
  const found = [...page.matchAll(/data-path="([^"]+)" value="([^"]+)"/g)];
  expect(found.length).toBeGreaterThan(5);
  for (const [, path = '', value] of found) {
    const inSummary = path.split('.').reduce<unknown>((at, key) => (at as never)[key], summary);
    expect([path, Number(value)]).toEqual([path, inSummary]);
  }
  const words = page.replace(/<script>[^]*<\/script>/, '').match(/NaN|undefined|Infinity/g);
  expect(words).toBeNull();
});

const HOSTILE = '</script><img src=x onerror=alert(1)><!--"\'\u2028\u202e\u001b[2J';

test('a page keeps texts of traces and servers text', () => {
  const { data, summary } = syntheticRun({
    rows: 300,
    change: (record) =>
      record.failure === undefined
        ? { ...record, decode_worker_id: `${HOSTILE}${record.row % 2}` }
        : { ...record, failure: { ...record.failure, code: HOSTILE, message: HOSTILE } },
  });
  const { conditions, run } = summary;
  Object.assign(run, { name: HOSTILE, id: HOSTILE });
  Object.assign(conditions, { model: HOSTILE, urls: [HOSTILE, HOSTILE, HOSTILE] });
  Object.assign(conditions, { flags: { header: HOSTILE } });
  for (const text of [renderRunPage(data), ...renderRunPlots(data).map((file) => file.text)]) {
    expect(text.match(/&lt;\/script&gt;&lt;img/g)).not.toBeNull();
    // eslint-disable-next-line no-control-regex -- what must not be there
    expect(text.match(/<img|[\u2028\u202e\u001b]/g)).toBeNull();
  }
});

test('a page loads nothing, and its policy allows its own script and style sheet alone', () => {
  const { data } = syntheticRun({ rows: 100 });
  const page = renderRunPage(data);
  expect(page.match(/ (src|href)="(?!data:,"|#)[^"]*/g)).toBeNull();
  expect(page.match(/ (style|on\w+)="[^"]*/g)).toBeNull();
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
  expect(policy).toMatch(/^default-src &#39;none&#39;; /);
  const parts = [/<script>([^]*?)<\/script>/, /<style>([^]*?)<\/style>/];
  for (const part of parts) {
    const hash = createHash('sha256')
      .update(part.exec(page)?.[1] ?? '')
      .digest('base64');
    expect(policy).toContain(`sha256-${hash}`);
  }
});

test('a page of 10,000 rows has at most 1.5 MB', () => {
  const { data } = syntheticRun({ rows: 10_000, outputTokens: 4 });
  expect(Buffer.byteLength(renderRunPage(data))).toBeLessThan(1_500_000);
});
