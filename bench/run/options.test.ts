import { expect, test } from 'vitest';

import { USUAL_LEVEL_NAMES } from '../levels/levels.ts';
import { readOptions } from './options.ts';

test('readOptions() runs every usual level, seven times, unless told otherwise', () => {
  const all = { levels: USUAL_LEVEL_NAMES, pairs: 7, isQuick: false, server: 'auto' };
  expect(readOptions([])).toMatchObject(all);
  expect(
    readOptions(['--level', '33', '--level', 'burst', '--pairs', '2', '--replay-flags=--a 2']),
  ).toMatchObject({ levels: ['33', 'burst'], pairs: 2, replayFlags: ['--a', '2'] });
});

test('readOptions() takes the commands beside the levels', () => {
  expect(readOptions(['mock'])).toMatchObject({ command: 'mock' });
  expect(readOptions(['fidelity-quiet', '--pairs', '20'])).toMatchObject({
    command: 'fidelity-quiet',
    pairs: 20,
  });
});

test.each([
  [['--level', '34'], 'Cannot bench: --level is "34", expected one of 33, 100'],
  [['--pairs', '0'], 'Cannot bench: --pairs is "0", expected a number above 0'],
  [['--server', 'nginx'], 'Cannot bench: --server is "nginx", expected auto, referee or mock'],
])('readOptions() refuses %j', (argv, message) => {
  expect(() => readOptions(argv)).toThrow(message);
});
