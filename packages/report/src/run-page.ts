import { describeReason, type Summary } from '@trace-replay/metrics';

import { type Figure, figureFile } from './chart/figure.ts';
import { element, escapeText } from './chart/svg.ts';
import type { RowColumn, RunData } from './data/run-data.ts';
import { runFigures } from './figures/run-figures.ts';
import { stampOf } from './figures/words.ts';
import { documentOf } from './page/document.ts';
import { firstScreen, runHeader } from './page/first-screen.ts';
import { conditionTable, metricTable } from './page/run-tables.ts';
import { figureSection } from './page/section.ts';

/** Up to so many rows can be pointed at: each costs 50 bytes of the page. */
const MOST_ROWS_TO_POINT_AT = 20_000;

/** The columns that the page's script shows. */
const SHOWN: readonly RowColumn[] = [
  ...(['row', 'dueSeconds', 'rowClass', 'ttftMs', 'itlMs', 'latencyMs', 'lagMs'] as const),
  ...(['inputTokens', 'outputTokens'] as const),
];

/**
 * The page of one run, one HTML file that opens offline.
 *
 * @param data with all records of the run added
 */
export function renderRunPage(data: RunData): string {
  const { summary } = data;
  const figures = runFigures(data);
  const [first, ...others] = figures.map(figureSection);
  const body = [
    runHeader(summary),
    element(
      'main',
      {},
      firstScreen(data),
      first ?? '',
      element('section', {}, metricTable(summary)),
      ...others,
      reasonSection(summary),
      element('section', {}, '<h2>How was it made?</h2>', conditionTable(summary)),
    ),
    element('footer', {}, escapeText(`${stampOf(summary)}. Drag over a time axis to zoom.`)),
  ].join('\n');
  const title = `${summary.run.name ?? 'run'} · trace-replay report`;
  return documentOf({ title, body, data: rowData(data) });
}

/** A file of each picture by its name, such as `percentiles.svg`. */
export function renderRunPlots(
  data: RunData,
): readonly { readonly path: string; readonly text: string }[] {
  return runFigures(data).map((figure: Figure) => ({
    path: `${figure.id}.svg`,
    text: figureFile(figure),
  }));
}

function reasonSection({ fidelity }: Summary): string {
  const reasons = [...(fidelity?.reasons ?? []), ...(fidelity?.server_reasons ?? [])];
  if (reasons.length === 0) return '';
  const items = reasons.map((reason) => {
    const word = element('strong', {}, escapeText(reason.verdict));
    return element('li', {}, word, ': ', escapeText(describeReason(reason)));
  });
  return element(
    'section',
    {},
    '<h2>Why is the verdict not better?</h2>',
    element('ul', {}, ...items),
  );
}

/** Rows by column, with as many digits as the pointer needs; null where a value is not known. */
function rowData({ columns, classes, rows }: RunData): unknown {
  if (rows > MOST_ROWS_TO_POINT_AT) return undefined;
  const short = (value: number) => {
    if (Number.isNaN(value)) return null;
    return Number.isInteger(value) ? value : Number(value.toPrecision(5));
  };
  return {
    classes: classes.map(({ label }) => label),
    columns: Object.fromEntries(
      SHOWN.map((name) => [name, Array.from(columns[name].values(), short)]),
    ),
  };
}
