import { element, escapeText, px } from './svg.ts';
import { WIDTH } from './plot.ts';
import { filled } from './theme.ts';

/** The numbers behind a picture, as text that was formatted already. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One picture with its words. */
export interface Figure {
  /** Its anchor in the page and its name as a file. */
  readonly id: string;
  /** The question that it answers. */
  readonly question: string;
  /** What is drawn, of how many, in what steps. */
  readonly caption: string;
  /** One `<svg>` element. */
  readonly svg: string;
  readonly table: Table;
}

const TITLE_HEIGHT = 30;

/** A picture as a file of its own: with its question above and its caption below. */
export function figureFile({ question, caption, svg }: Figure): string {
  const height = Number(/viewBox="0 0 [\d.]+ ([\d.]+)"/.exec(svg)?.[1] ?? 0);
  const lines = wrap(caption, 118);
  const total = height + TITLE_HEIGHT + lines.length * 15 + 8;
  const inner = svg.replace(
    '<svg ',
    `<svg y="${TITLE_HEIGHT}" width="${WIDTH}" height="${height}" `,
  );
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${px(total)}`,
      width: WIDTH,
      height: px(total),
      'font-family': 'system-ui, "Segoe UI", "DejaVu Sans", Arial, sans-serif',
    },
    element('rect', { width: '100%', height: '100%', ...filled('ground') }),
    element(
      'text',
      { x: 12, y: 20, 'font-size': 15, 'font-weight': 600, ...filled('ink') },
      escapeText(question),
    ),
    inner,
    ...lines.map((text, index) =>
      element(
        'text',
        {
          x: 12,
          y: px(height + TITLE_HEIGHT + 12 + index * 15),
          'font-size': 11,
          ...filled('dim'),
        },
        escapeText(text),
      ),
    ),
  ).concat('\n');
}

function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < columns) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
