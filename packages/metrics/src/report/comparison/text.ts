import type { Comparison, Contest } from '../../schemas/comparison.ts';
import { commonFacts, intervalSentence, lostFacts, sideFacts, goodRowFacts } from './lines.ts';
import { findingSentences } from './finding.ts';
import { whySentences } from './why.ts';
import { renderComparisonTable } from './table.ts';
import { letterOf } from './values.ts';
import { createPaint, flowFacts, flowProse, labelled, type Paint, textWidth } from '../layout.ts';
import type { TextOptions } from '../run/text.ts';
import { printable } from '../../values/printable.ts';

/**
 * The comparison that a person reads: both sides' conditions first, then the metrics side by side,
 * what is behind them, what to doubt, and what may be concluded. Pure text, as `renderText` is.
 */
export function renderComparisonText(comparison: Comparison, options: TextOptions = {}): string {
  const width = Math.max(options.width ?? 100, 60);
  const paint = createPaint(options.color ?? false);
  const room = textWidth(width);
  const prose = (sentences: readonly string[]) =>
    sentences.flatMap((sentence) => flowProse(sentence, room));
  const sections = [
    [...titleOf(comparison, width, paint), ...sidesOf(comparison, room, paint)],
    ...comparison.contests.flatMap((contest) => contestOf(comparison, contest, width, paint)),
    [
      ...labelled(paint, 'intervals', prose([intervalSentence(comparison)])),
      ...labelled(paint, 'doubts', prose(comparison.doubts.map(printable))).map(yellow(paint)),
      ...labelled(paint, 'caveat', prose(comparison.caveats)).map(yellow(paint)),
    ],
    options.artifacts === undefined
      ? []
      : labelled(paint, 'artifacts', flowFacts([printable(options.artifacts)], room)),
  ];
  const filled = sections.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function titleOf(comparison: Comparison, width: number, paint: Paint): string[] {
  const facts = flowFacts(['comparison', ...commonFacts(comparison)], width);
  return facts.map((line, index) => (index === 0 ? paint('bold', line) : line));
}

function sidesOf(comparison: Comparison, room: number, paint: Paint): string[] {
  return comparison.sides.flatMap((_, index) =>
    labelled(paint, letterOf(index), flowFacts(sideFacts(comparison, index), room)),
  );
}

function contestOf(
  comparison: Comparison,
  contest: Contest,
  width: number,
  paint: Paint,
): readonly string[][] {
  const room = textWidth(width);
  const prose = (sentences: readonly string[]) =>
    sentences.flatMap((sentence) => flowProse(sentence, room));
  const outcome = prose(findingSentences(comparison, contest));
  return [
    renderComparisonTable(contest, { width, paint }),
    [
      ...labelled(paint, 'rows', flowFacts(goodRowFacts(contest), room)),
      ...labelled(paint, 'lost', flowFacts(lostFacts(contest), room)),
      ...labelled(paint, 'why', prose(whySentences(contest))),
      ...labelled(
        paint,
        'outcome',
        outcome.map((line) => paint('bold', line)),
      ),
    ],
  ];
}

function yellow(paint: Paint): (line: string) => string {
  return (line) => paint('yellow', line);
}
