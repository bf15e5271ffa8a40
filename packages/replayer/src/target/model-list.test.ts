import { expect, test } from 'vitest';

import { closestName, modelNames } from './model-list.ts';

const lists: [form: string, body: unknown, names: readonly string[] | undefined][] = [
  ['OpenAI', { object: 'list', data: [{ id: 'a' }, { id: 'b' }] }, ['a', 'b']],
  ['a bare array', [{ id: 'm', object: 'model', type: 'chat' }], ['m']],
  ['Ollama', { models: [{ name: 'a:latest', model: 'a:latest' }] }, ['a:latest']],
  ['llama.cpp, which gives both', { models: [{ name: 'a' }], data: [{ id: 'b' }] }, ['b']],
  ['plain names', { data: ['a', 'b'] }, ['a', 'b']],
  ['no model', { data: [] }, []],
  ['entries without a name', { data: [{}, null, { id: 5 }] }, []],
  ['an error', { error: { message: 'no' } }, undefined],
  ['null', null, undefined],
];

test.each(lists)('modelNames() reads %s', (_form, body, names) => {
  expect(modelNames(JSON.stringify(body))).toEqual(names);
});

test('modelNames() takes a page for no list', () => {
  expect(modelNames('<html>')).toBeUndefined();
});

const close: [wanted: string, names: string[], closest: string | undefined][] = [
  ['Qwen3-32B', ['llama', 'qwen/qwen3-32b', 'qwen3-8b'], 'qwen/qwen3-32b'],
  ['meta/Llama-3-70b', ['llama-3.1-70b', 'embed'], 'llama-3.1-70b'],
  ['gpt', ['gpt-4o'], 'gpt-4o'],
  ['a', [], undefined],
];

test.each(close)('closestName() finds what %s may mean in %j', (wanted, names, closest) => {
  expect(closestName(wanted, names)).toBe(closest);
});
