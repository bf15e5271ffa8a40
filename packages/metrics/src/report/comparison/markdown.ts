import type { Comparison, Contest } from '../../schemas/comparison.ts';
import { printable } from '../../values/printable.ts';
import { findingSentences } from './finding.ts';
import { commonFacts, goodRowFacts, intervalSentence, lostFacts, sideFacts } from './lines.ts';
import { cellsOf, letterOf, scopeOf } from './values.ts';
import { whySentences } from './why.ts';

/** The comparison as GitHub-flavoured Markdown, for an issue, a pull request or a notebook. */
export function renderComparisonMarkdown(comparison: Comparison): string {
  const { sides, contests, doubts, caveats } = comparison;
  const listed = sides.map((_, side) => {
    return `- **${letterOf(side)}**: ${sideFacts(comparison, side).map(escape).join(' · ')}`;
  });
  const sections = [
    `# ${sides.map(({ name }) => escape(printable(name))).join(' or ')}`,
    commonFacts(comparison).map(escape).join(' · '),
    listed.join('\n'),
    ...contests.flatMap((contest) => contestSections(comparison, contest)),
    `_${escape(intervalSentence(comparison))}_`,
    listOf('Doubts', doubts.map(printable)),
    listOf('Caveat', caveats),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function contestSections(comparison: Comparison, contest: Contest): string[] {
  const [a, b] = [letterOf(contest.first), letterOf(contest.second)];
  const rows = contest.metrics.map((metric) => {
    const { label, unit, first, second, difference, ratio, interval, finding } = cellsOf(metric);
    const name = metric.headline ? `**${label}**` : label;
    return [name, unit, first, second, difference, ratio, interval, finding];
  });
  const ratio = `${b} ÷ ${a}`;
  const heading = ['', 'unit', a, b, `${b} − ${a}`, ratio, scopeOf(contest), 'verdict'];
  const rule = [':--', ':--', '--:', '--:', '--:', '--:', '--:', ':--'];
  const rowFacts = [goodRowFacts(contest), lostFacts(contest)].filter(({ length }) => length > 0);
  return [
    [heading, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
    listOf('Outcome', findingSentences(comparison, contest)),
    listOf('Why', [
      ...rowFacts.map((facts) => `Rows: ${facts.join(', ')}.`),
      ...whySentences(contest),
    ]),
  ];
}

function listOf(title: string, sentences: readonly string[]): string {
  if (sentences.length === 0) return '';
  return `**${title}**\n\n${sentences.map((sentence) => `- ${escape(sentence)}`).join('\n')}`;
}

/** Text from outside says itself: it opens no table cell, tag, link or emphasis. */
function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#!~]/g, (character) => `\\${character}`);
}
