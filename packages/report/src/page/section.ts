import type { Figure, Table } from '../chart/figure.ts';
import { element, escapeText } from '../chart/svg.ts';

/** A picture with its question above, its caption and its table below. */
export function figureSection({ id, question, svg, caption, table }: Figure): string {
  return element(
    'figure',
    { id },
    element('h2', {}, escapeText(question)),
    element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': question }, svg),
    element('figcaption', {}, escapeText(caption)),
    element(
      'details',
      {},
      '<summary>Table</summary>',
      element(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Table: ${question}` },
        tableOf(table),
      ),
    ),
  );
}

/** Text cells as an HTML table. */
export function tableOf({ columns, rows }: Table): string {
  const head = columns.map((text) => element('th', { scope: 'col' }, escapeText(text) || '&#160;'));
  const lines = rows.map((cells) =>
    element('tr', {}, ...cells.map((text) => element('td', {}, escapeText(text)))),
  );
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...lines),
  );
}
