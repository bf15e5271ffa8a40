import { expect, test } from 'vitest';

import { parsePage } from './parse-page.ts';

const PAGE = `# HELP a_total What it counts
# TYPE a_total counter
a_total{model="m",path="C:\\\\x\\n\\"y\\""} 3
# TYPE h histogram
h_bucket{le="0.1"} 1
h_bucket{le="+Inf"} 2
h_sum 0.5
h_count 2
vllm:num_requests_running{a="1,2}"} NaN
loose 1e3 1700000000000
junk {
broken{a=1} 5

# EOF
`;

test('parsePage() gives every sample with its family’s kind, and counts what it cannot read', () => {
  const { samples, unreadLines } = parsePage(PAGE);
  expect(samples).toEqual([
    { name: 'a_total', labels: { model: 'm', path: 'C:\\x\n"y"' }, kind: 'counter', value: 3 },
    { name: 'h_bucket', labels: { le: '0.1' }, kind: 'histogram', value: 1 },
    { name: 'h_bucket', labels: { le: '+Inf' }, kind: 'histogram', value: 2 },
    { name: 'h_sum', labels: {}, kind: 'histogram', value: 0.5 },
    { name: 'h_count', labels: {}, kind: 'histogram', value: 2 },
    { name: 'vllm:num_requests_running', labels: { a: '1,2}' }, kind: 'untyped', value: NaN },
    { name: 'loose', labels: {}, kind: 'untyped', value: 1000 },
  ]);
  expect(unreadLines).toBe(2);
});

test.each(['', '\n', '<html>Not found</html>', '{"a": 1}'])(
  'parsePage() reads nothing from %j',
  (text) => {
    expect(parsePage(text).samples).toEqual([]);
  },
);
