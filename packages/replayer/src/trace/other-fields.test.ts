import { expect, test } from 'vitest';

import { scanTrace } from '../scan/scan.ts';
import { rowsOf, sourceOf } from '../test/fixture-traces.ts';
import { validateTrace } from '../trace-tools/edit/validate.ts';

const rowWith = (more: string) =>
  `{"timestamp": 0, "input_length": 5, "output_length": 1${more && `, ${more}`}}\n`;

const scanOf = (...fields: string[]) => scanTrace(sourceOf(fields.map(rowWith).join('')));

test('scanTrace() names the fields that are not used, once each, with their values', async () => {
  const scan = await scanOf(
    '"model": "a", "priority": 1',
    '',
    '"model": "b", "priority": 1, "extra": {"top_k": 1}',
    '"model": "a", "extra": {"top_k": 2}',
    '"model": "c", "session_id": null, "__proto__": 3',
  );
  expect(scan.otherFields).toEqual([
    { name: 'model', values: 3 },
    { name: 'priority', values: 1 },
    { name: 'extra' },
    { name: '__proto__', values: 1 },
  ]);
});

test('scanTrace() counts no more than 1000 values of a field', async () => {
  const ids = (count: number) => Array.from({ length: count }, (_, id) => `"session_id": "s${id}"`);
  expect((await scanOf(...ids(1000))).otherFields).toEqual([{ name: 'session_id', values: 1000 }]);
  expect((await scanOf(...ids(1001))).otherFields).toEqual([{ name: 'session_id' }]);
});

test.each(['', '"context_len": 3, "unique_user_prompt_len": 2'])(
  'scanTrace() has nothing to say of fields that are ours: %s',
  async (fields) => expect(await scanOf(fields)).not.toHaveProperty('otherFields'),
);

const contents = [
  '"text_input": "hello"',
  '"messages": [{"role": "user", "content": "hello"}]',
  '"payload": {"prompt": "hello"}',
  '"prompt": "hello"',
  '"input_ids": [1, 2, 3]',
];

test.each(contents)('scanTrace() does not replace the content %s by words', async (content) => {
  const field = content.split('"')[1];
  const message =
    `Cannot read trace "t.jsonl" line 2: "${field}" is the content of a request, ` +
    'expected lengths and hash ids alone\n  A replay makes its prompts from';
  await expect(scanOf('', content)).rejects.toThrow(message);
  // The same where the lengths are not there, as aiperf writes it.
  const alone = `${rowWith('')}{"timestamp": 0, "output_length": 4, ${content}}\n`;
  await expect(scanTrace(sourceOf(alone))).rejects.toThrow(message);
  for (const text of [rowWith('') + rowWith(content), alone]) {
    const found: string[] = [];
    for await (const problem of validateTrace(sourceOf(text))) found.push(problem.message);
    expect(found).toEqual([expect.stringContaining(message)]);
  }
});

test('scanTrace() takes a field that is null for absent', async () => {
  expect(await scanOf('"messages": null, "model": null')).not.toHaveProperty('otherFields');
});

test('readRows() carries content through, for tools that copy rows', async () => {
  const [row] = await rowsOf(sourceOf(rowWith('"messages": []')));
  expect(row?.otherFields).toEqual({ messages: [] });
});

const otherNames: [row: string, advice: string][] = [
  [
    '"TIMESTAMP": 1, "ContextTokens": 5, "GeneratedTokens": 1',
    '"TIMESTAMP": write it as "timestamp"',
  ],
  ['"timestamp": 1, "input_tokens": 5, "output_tokens": 1', '"input_tokens": write it as "input_'],
  [
    '"timestamp": 1, "input_length": 5, "Response tokens": 1',
    '"Response tokens": write it as "out',
  ],
  ['"timestamp": 1, "input_length": 0, "input_tokens": 5, "output_length": 1', 'in tokens.'],
];

test.each(otherNames)(
  'readRows() names what stands in place of a field: %s',
  async (row, advice) => {
    await expect(rowsOf(sourceOf(`{${row}}\n`))).rejects.toThrow(advice);
  },
);
