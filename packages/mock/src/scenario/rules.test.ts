import { expect, test } from 'vitest';

import { chooseByRules, scenarioRulesSchema } from './rules.ts';

const stop = { kind: 'finishes', reason: 'stop' };
const late = { kind: 'drags', everyMs: 1 };

const chosen = (rules: unknown, requests: number, seed = 1) => {
  const choose = chooseByRules(scenarioRulesSchema.parse(rules), seed);
  return Array.from(
    { length: requests },
    (_, index) => choose({ request: index + 1, path: '/', headers: {} }).kind[0],
  ).join('');
};

const table: [behaviour: string, rules: unknown, kinds: string][] = [
  ['gives one scenario to all', stop, 'ffffff'],
  ['gives healthy where no rule fits', [], 'hhhhhh'],
  ['takes every n-th', [{ every: 3, scenario: stop }], 'hhfhhf'],
  ['takes the ones named', [{ nth: [1, 5], scenario: stop }], 'fhhhfh'],
  [
    'lets the first rule that fits decide',
    [
      { nth: [2], scenario: late },
      { every: 2, scenario: stop },
    ],
    'hdhfhf',
  ],
  ['takes none by probability 0', [{ probability: 0, scenario: stop }], 'hhhhhh'],
  ['takes all by probability 1', [{ probability: 1, scenario: stop }], 'ffffff'],
];

test.each(table)('chooseByRules() %s', (_behaviour, rules, kinds) => {
  expect(chosen(rules, 6)).toBe(kinds);
});

test('chooseByRules() draws its share from the seed', () => {
  const rules = [{ probability: 0.25, scenario: stop }];
  const kinds = chosen(rules, 4000);
  // 1,000 expected; 5 standard deviations are 137.
  expect(Math.abs(kinds.split('f').length - 1 - 1000)).toBeLessThan(137);
  expect(chosen(rules, 4000)).toBe(kinds);
  expect(chosen(rules, 4000, 2)).not.toBe(kinds);
});
