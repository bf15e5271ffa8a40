import { FAILURE_CLASSES, FAILURE_SENTENCES, type FailureDetail } from '../../record/failure.ts';
import type { Summary } from '../../schemas/summary.ts';
import { formatDecimal } from '../../values/units.ts';
import { printable } from '../../values/printable.ts';
import type { Page } from '../layout.ts';

const MOST_KINDS = 3;

/** Each class that happened, the most frequent first, with its sentence and its kinds. */
export function describeFailures({ failures, failure_details }: Summary, page: Page): string[] {
  return FAILURE_CLASSES.map((name) => ({ name, count: failures[name] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .flatMap(({ name, count }) => {
      const sentence = `${formatDecimal(count)} ${name}: ${FAILURE_SENTENCES[name]}`;
      const kinds = failure_details.filter((detail) => detail.class === name);
      return [...page.paintAll('red', page.prose(sentence)), ...describeKinds(kinds, page)];
    });
}

function describeKinds(details: readonly FailureDetail[], page: Page): string[] {
  const indent = '  ';
  const lines = details
    .slice(0, MOST_KINDS)
    .flatMap((detail) => page.facts(factsOf(detail), page.room - indent.length));
  const hidden = details.length - MOST_KINDS;
  if (hidden > 0) lines.push(`${formatDecimal(hidden)} more kinds in summary.json`);
  return lines.map((line) => indent + line);
}

function factsOf(detail: FailureDetail) {
  const { count, phase, code, message, first_row: firstRow, other_messages: isRest } = detail;
  return [
    `${formatDecimal(count)} ×${phase === undefined ? '' : ` ${phase}`}${code === undefined ? '' : ` ${printable(code)}`}`,
    `first at row ${formatDecimal(firstRow)}`,
    isRest ? 'with other messages' : undefined,
    message === undefined ? undefined : `"${printable(message)}"`,
  ];
}
