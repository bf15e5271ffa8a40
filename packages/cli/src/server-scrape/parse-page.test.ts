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

test.each([
  ['a line break and a backslash', 'a{l="x\\\\n\\n"} 1', { l: 'x\\n\n' }, 1],
  ['quotes and braces in quotes', 'a{l="\\"}\\"",m="{"} 1', { l: '"}"', m: '{' }, 1],
  ['an escape that is none', 'a{l="C:\\dir"} 1', { l: 'C:\\dir' }, 1],
  ['a comma after the last label', 'a{l="1",} 1', { l: '1' }, 1],
  ['blanks wherever they may be', '\ta { l = "1" , m = "2" }  1  ', { l: '1', m: '2' }, 1],
  ['no labels between braces', 'a{} 1', {}, 1],
  ['a label that objects have', 'a{__proto__="1"} 1', JSON.parse('{"__proto__":"1"}') as object, 1],
  ['the end of a line of Windows', 'a 1\r', {}, 1],
  ['infinity', 'a +Inf', {}, Infinity],
  ['minus infinity', 'a -Inf', {}, -Infinity],
  ['an exponent', 'a -1.5e-07', {}, -1.5e-7],
  ['a timestamp', 'a{l="1"} 2 -1700000000000', { l: '1' }, 2],
])('parsePage() reads %s', (_what, line, labels, value) => {
  const { samples, unreadLines } = parsePage(`# HELP a b {} 1\n${line}\n`);
  expect(samples).toEqual([{ name: 'a', labels, kind: 'untyped', value }]);
  expect(unreadLines).toBe(0);
});

test.each([
  'a5',
  'a',
  'a x',
  'a{l="1} 1',
  'a{l="1" m="2"} 1',
  'a{="1"} 1',
  'a{} ',
  '1a 2',
  'a 1 2 3',
])('parsePage() counts %j as a line that it cannot read', (line) => {
  expect(parsePage(`${line}\nb 1`)).toMatchObject({ samples: [{ name: 'b' }], unreadLines: 1 });
});
