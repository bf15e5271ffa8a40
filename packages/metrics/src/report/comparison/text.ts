import type { Comparison, Contest } from '../../schemas/comparison.ts';
import { printable } from '../../values/printable.ts';
import { createPage, joinGroups, type Page, type TextOptions } from '../layout.ts';
import { findingSentences } from './finding.ts';
import { commonFacts, goodRowFacts, intervalSentence, lostFacts, sideFacts } from './lines.ts';
import { renderComparisonTable } from './table.ts';
import { letterOf } from './values.ts';
import { whySentences } from './why.ts';

/**
 * The comparison as text: conditions, metrics side by side, reasons, findings, doubts. `verbose`
 * adds means, and row-by-row ratios that are not judged.
 */
export function renderComparisonText(comparison: Comparison, options: TextOptions = {}): string {
  const page = createPage(options);
  const { section } = page;
  const { artifacts } = options;
  const { doubts, caveats, contests, sides } = comparison;
  const [title = '', ...common] = page.facts(
    ['comparison', ...commonFacts(comparison)],
    page.width,
  );
  return joinGroups([
    [
      page.paint('bold', title),
      ...common,
      ...sides.flatMap((_, side) =>
        section(letterOf(side), page.facts(sideFacts(comparison, side))),
      ),
    ],
    ...contests.flatMap((contest) => contestGroups(comparison, contest, page)),
    [
      ...section('intervals', page.prose(intervalSentence(comparison))),
      ...page.paintAll('yellow', section('doubts', page.proseOf(doubts.map(printable)))),
      ...page.paintAll('yellow', section('caveat', page.proseOf(caveats))),
    ],
    artifacts === undefined ? [] : page.place('artifacts', printable(artifacts)),
  ]);
}

function contestGroups(comparison: Comparison, contest: Contest, page: Page): string[][] {
  const { section } = page;
  const findings = page.proseOf(findingSentences(comparison, contest));
  return [
    renderComparisonTable(contest, page),
    [
      ...section('rows', page.facts(goodRowFacts(contest))),
      ...section('lost', page.facts(lostFacts(contest))),
      ...section('why', page.proseOf(whySentences(contest))),
      ...section('outcome', page.paintAll('bold', findings)),
    ],
  ];
}
