import { describe, expect, test } from 'vitest';

import { compareSides } from '../../compare/compare.ts';
import { type Comparison, comparisonSchema } from '../../schemas/comparison.ts';
import { drawSide } from '../../test/drawn-sides.ts';
import { renderComparisonMarkdown } from './markdown.ts';
import { renderComparisonText } from './text.ts';
import { HOSTILE } from '../../test/exporter-suite.ts';
import { renderJson } from '../../files/json.ts';

const RUN = { traceSeed: 5, rows: 1100, servers: 8 };
const recipe = (repeats: number) => {
  const seeds = (from: number) => Array.from({ length: repeats }, (_, k) => from + k);
  return compareSides([
    drawSide('aggregated-round-robin', { ...RUN, servers: 3, failing: 0.02, runSeeds: seeds(1) }),
    drawSide('disaggregated-kv', { ...RUN, runSeeds: seeds(11) }),
  ]);
};
const withinOneRun = recipe(1);
const overRepeats = recipe(3);

const hostile: Comparison = {
  ...withinOneRun,
  trace: { ...withinOneRun.trace, file: HOSTILE },
  sides: withinOneRun.sides.map((side) => ({
    ...side,
    name: HOSTILE,
    model: HOSTILE,
    runs: side.runs.map((run) => ({ ...run, urls: [HOSTILE], directory: HOSTILE })),
  })),
  doubts: [HOSTILE],
};

const unpaired = compareSides(
  [drawSide('a', { ...RUN, runSeeds: [1] }), drawSide('b', { ...RUN, rows: 30, runSeeds: [2] })],
  { differences: [{ what: 'trace', first: 'x', second: 'y' }] },
);

const three = compareSides(
  ['a', 'b', 'c'].map((name, index) => drawSide(name, { ...RUN, rows: 300, runSeeds: [index] })),
);

const all = { withinOneRun, overRepeats, hostile, unpaired, three };

test('renderComparisonText() is this report', async () => {
  await expect(
    renderComparisonText(overRepeats, { artifacts: 'artifacts/1_ab' }),
  ).toMatchFileSnapshot('golden-comparison.txt');
});

test('renderComparisonMarkdown() is this page', async () => {
  await expect(renderComparisonMarkdown(withinOneRun)).toMatchFileSnapshot('golden-comparison.md');
});

describe.each(Object.entries(all))('a comparison %s', (_name, comparison) => {
  test.each([60, 80, 100, 120])('fits %s columns', (width) => {
    const lines = renderComparisonText(comparison, { width }).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  test('has the same text in colour', () => {
    const colored = renderComparisonText(comparison, { color: true });
    // eslint-disable-next-line no-control-regex -- the codes are what is taken away
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(renderComparisonText(comparison));
  });

  test('is read back by its schema unchanged', () => {
    const text = renderJson(comparison);
    expect(comparisonSchema.parse(JSON.parse(text))).toStrictEqual(comparison);
  });

  test('lets no control character through, and writes no value that is none', () => {
    for (const text of [
      renderComparisonText(comparison),
      renderComparisonMarkdown(comparison),
      renderJson(comparison),
    ]) {
      expect(text).not.toMatch(/[^\n\P{C}]|[\u2028\u2029]/u);
      expect(text).not.toMatch(/NaN|Infinity|undefined|null|\[object/);
    }
  });
});

test('renderComparisonMarkdown() opens no tag and no table cell of anybody else', () => {
  const text = renderComparisonMarkdown(hostile);
  expect(text).toContain('\\</script\\>');
  expect(text).toContain("=cmd\\|'/C calc'\\!A0");
});

test('every report of the recipe says that three things differ, and names the ablation', () => {
  for (const comparison of [withinOneRun, overRepeats]) {
    for (const text of [
      renderComparisonText(comparison),
      renderComparisonMarkdown(comparison),
      renderJson(comparison),
    ]) {
      expect(text.replaceAll(/\s+/g, ' ')).toContain('Three things differ at once');
      expect(text.replaceAll(/\s+/g, ' ')).toContain('--prefix-cache on');
    }
  }
});
