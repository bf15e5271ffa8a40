import type { Contest, MetricComparison } from '../../schemas/comparison.ts';
import { cellsOf, type ComparisonCells, letterOf, scopeOf } from './values.ts';
import type { Page } from '../layout.ts';

/** Columns, and in what order they give way to a narrow terminal (1 goes first). */
const COLUMNS = [
  { key: 'unit', width: 3, align: 'left', givesWay: undefined },
  { key: 'first', width: 9, align: 'right', givesWay: undefined },
  { key: 'second', width: 9, align: 'right', givesWay: undefined },
  { key: 'difference', width: 10, align: 'right', givesWay: 1 },
  { key: 'ratio', width: 8, align: 'right', givesWay: 3 },
  { key: 'interval', width: 20, align: 'right', givesWay: 2 },
  { key: 'finding', width: 16, align: 'right', givesWay: undefined },
] as const;

type Column = (typeof COLUMNS)[number];

const LABEL_WIDTH = 23;

const SHORT: Readonly<Record<string, string>> = {
  'Time to first token': 'First token',
  'Inter-token latency': 'Inter-token',
  'Request latency': 'Latency',
};

const INFINITE_NOTE = '∞ so many rows failed, were aborted or not sent; these count as infinite.';

/** One contest as an aligned table with one unit a line. */
export function renderComparisonTable(contest: Contest, page: Page): string[] {
  const { first, second } = contest;
  const metrics = page.verbose ? contest.metrics : contest.metrics.filter(isEssential);
  const columns = columnsFor(page.width);
  const [a, b] = [letterOf(first), letterOf(second)];
  const heading: ComparisonCells = {
    label: '',
    unit: '',
    first: a,
    second: b,
    difference: `${b} − ${a}`,
    ratio: `${b} ÷ ${a}`,
    interval: scopeOf(contest),
    finding: '',
  };
  const lines = metrics.map((metric) => {
    const line = lineOf(withShortLabel(cellsOf(metric)), columns);
    return metric.verdict === 'different' ? page.paint('bold', line) : line;
  });
  const hasInfinite = metrics.some((metric) => [metric.first, metric.second].includes('infinite'));
  return [
    page.paint('dim', lineOf(heading, columns)),
    ...lines,
    ...(hasInfinite ? page.paintAll('dim', page.prose(INFINITE_NOTE, page.width)) : []),
  ];
}

function isEssential({ headline, statistic }: MetricComparison): boolean {
  return headline || (statistic !== 'mean' && statistic !== 'by_row');
}

function columnsFor(width: number): readonly Column[] {
  let columns: readonly Column[] = COLUMNS;
  for (const turn of [1, 2, 3]) {
    const needed = columns.reduce((sum, column) => sum + column.width, LABEL_WIDTH);
    if (needed <= width) break;
    columns = columns.filter(({ givesWay }) => givesWay !== turn);
  }
  return columns;
}

function withShortLabel(cells: ComparisonCells): ComparisonCells {
  const long = Object.keys(SHORT).find((label) => cells.label.startsWith(label));
  return long === undefined ? cells : { ...cells, label: cells.label.replace(long, SHORT[long]!) };
}

function lineOf(cells: ComparisonCells, columns: readonly Column[]): string {
  const texts = columns.map(({ key, width, align }) =>
    align === 'left' ? cells[key].padEnd(width) : cells[key].padStart(width),
  );
  return (cells.label.padEnd(LABEL_WIDTH) + texts.join('')).trimEnd();
}
