import { decidingReasons, type Summary } from '@trace-replay/metrics';
import {
  describeObstacles,
  formatDecimal,
  formatMeasure,
  formatShare,
  formatShort,
} from '@trace-replay/metrics/internal';

import { formatTime } from '../chart/axis.ts';
import { drawBars } from '../chart/marks.ts';
import { element, escapeText } from '../chart/svg.ts';
import type { Color } from '../chart/theme.ts';
import type { RunData } from '../data/run-data.ts';
import { outcomeBins } from '../figures/outcomes.ts';
import { numberAt } from './number.ts';

const MOST_REASONS = 3;

const MEANINGS = {
  valid: 'The measurement error is small in every judged figure.',
  degraded: 'Usable with these errors in mind.',
  invalid: 'The measurement errors are too large to rely on the results.',
} as const;

/** Can the run be trusted, how good was it, when did it go wrong? */
export function firstScreen(data: RunData): string {
  const { summary } = data;
  const cards = [
    card('Can this run be trusted?', trust(summary)),
    card('How good was it?', goodness(summary)),
    card('When did it go wrong?', trouble(data)),
  ];
  return element('div', { class: 'cards' }, ...cards) + rowEquation(summary);
}

/** Name, trace, model and server of a run. */
export function runHeader(summary: Summary): string {
  const { conditions, run, status, duration_seconds: duration } = summary;
  const { trace, model, urls, speedup } = conditions;
  const facts = [
    trace.file,
    model,
    urls.join(', '),
    run.started_at,
    duration === undefined ? undefined : `${formatTime(duration)} long`,
    `${formatShort(speedup, 6)}× speed`,
    status === 'completed' ? undefined : `status: ${status}`,
  ];
  return element(
    'header',
    {},
    '<p class="kicker">trace-replay report</p>',
    element('h1', {}, escapeText(run.name ?? run.id ?? 'A run')),
    element('p', { class: 'facts' }, escapeText(facts.filter(Boolean).join(' · '))),
  );
}

export function card(question: string, ...content: string[]): string {
  return element('section', { class: 'card' }, element('h2', {}, escapeText(question)), ...content);
}

export function big(markup: string, tone = ''): string {
  return `<p class="big ${tone}">${markup}</p>`;
}

export function paragraph(text: string): string {
  return element('p', {}, escapeText(text));
}

function trust({ fidelity, status }: Summary): string {
  const stopped = status === 'completed' ? '' : paragraph(`The run is ${STATUS_WORDS[status]}.`);
  if (fidelity === undefined) {
    return big('no verdict') + stopped + paragraph('The run left no readings of itself.');
  }
  const { verdict } = fidelity;
  const all = decidingReasons(fidelity, Infinity);
  const shown = all.slice(0, MOST_REASONS).map(({ text, advice }) => {
    return element('li', {}, escapeText([text, advice].filter(Boolean).join(' ')));
  });
  const left = all.length - shown.length;
  const more = left > 0 ? [element('li', {}, `and ${left} more below`)] : [];
  return [
    big(verdict, verdict === 'valid' ? 'good' : 'warn'),
    stopped,
    paragraph(MEANINGS[verdict]),
    shown.length > 0 ? element('ul', {}, ...shown, ...more) : '',
  ].join('');
}

const STATUS_WORDS: Readonly<Record<Exclude<Summary['status'], 'completed'>, string>> = {
  stopped: 'stopped by a signal',
  failed: 'ended by a fault',
  partial: 'made again from the records of a run that left no end',
};

function goodness(summary: Summary): string {
  const { goodput, rows, rates } = summary;
  if (goodput === undefined) {
    const obstacle = summary.not_measurable;
    const sentences = obstacle?.objectives === undefined ? [] : describeObstacles(obstacle);
    return [
      big(`${numberAt('rows.ok', rows.ok, formatDecimal(rows.ok))} ok`),
      paragraph(
        sentences.length > 0
          ? `Goodput is not measurable. ${sentences.join(' ')}`
          : 'No objectives were set, so no row is judged.',
      ),
    ].join('');
  }
  const { good, fraction, requests_per_second: perSecond, objectives } = goodput;
  const limits = objectives.map(
    ({ metric, limit_ms: limit }) => `${metric} ≤ ${formatShort(limit, 6)} ms`,
  );
  return [
    fraction === undefined
      ? big('no rows')
      : big(numberAt('goodput.fraction', fraction, formatShare(good, rows.total)) + ' good'),
    `<p>${numberAt('goodput.good', good, formatDecimal(good))} of ` +
      `${numberAt('rows.total', rows.total, formatDecimal(rows.total))} rows keep every objective.</p>`,
    perSecond === undefined
      ? ''
      : `<p>Goodput ${numberAt('goodput.requests_per_second', perSecond, formatMeasure(perSecond))} requests/s` +
        (rates.requests_per_second === undefined
          ? '.</p>'
          : ` of ${numberAt('rates.requests_per_second', rates.requests_per_second, formatMeasure(rates.requests_per_second))} ok.</p>`),
    paragraph(`Good: ok, of the length asked for, ${limits.join(', ')}.`),
  ].join('');
}

/** The bin with most rows that are not good, and of what kind they are. */
function trouble(data: RunData): string {
  const { bins, classes } = data;
  const { counts } = outcomeBins(data);
  const totals = counts.map((each) => each.reduce((sum, count) => sum + count, 0));
  const bad = counts.map((each, bin) => totals[bin]! - each[0]!);
  const all = bad.reduce((sum, count) => sum + count, 0);
  if (all === 0) {
    return totals.every((total) => total === 0)
      ? big('–') + paragraph('No row was due.')
      : big('never', 'good') + paragraph('Every row that was due during the run is good.');
  }
  const worst = bad.indexOf(Math.max(...bad));
  const from = worst * bins.widthSeconds;
  const touched = bad.filter((count) => count > 0).length;
  const kinds = classes
    .map(({ label }, index) => ({ label, count: index === 0 ? 0 : counts[worst]![index]! }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ label, count }) => `${label} ${formatDecimal(count)}`);
  const isWhole = bins.count === 1;
  return [
    big(isWhole ? 'all along' : `from ${formatTime(from)}`, 'warn'),
    paragraph(
      `${formatDecimal(bad[worst]!)} of the ${formatDecimal(totals[worst]!)} rows due in ` +
        `${isWhole ? 'the run' : `those ${formatTime(bins.widthSeconds)}`} are not good: ${kinds.join(', ')}.`,
    ),
    isWhole
      ? ''
      : paragraph(
          `${formatDecimal(touched)} of ${formatDecimal(bins.count)} such parts of the run have a row that is not good.`,
        ),
  ].join('');
}

const PARTS: readonly (readonly [
  key: 'ok' | 'failed' | 'aborted_inflight' | 'not_sent',
  words: string,
  color: Color,
])[] = [
  ['ok', 'ok', 'good'],
  ['failed', 'failed', 'bad'],
  ['aborted_inflight', 'aborted in flight', 'lost'],
  ['not_sent', 'not sent', 'idle'],
];

/** Everyone is counted: the rows and what became of them, in words and as a bar. */
function rowEquation({ rows }: Summary): string {
  const parts = PARTS.map(
    ([key, words]) => `${numberAt(`rows.${key}`, rows[key], formatDecimal(rows[key]))} ${words}`,
  );
  let x = 0;
  const bars = PARTS.map(([key, , color]) => {
    const width = rows[key] === 0 ? 0 : Math.max(3, (1000 * rows[key]) / Math.max(1, rows.total));
    const bar = width === 0 ? '' : drawBars([{ x, y: 0, width, height: 14 }], color);
    x += width;
    return bar;
  });
  const total = numberAt('rows.total', rows.total, formatDecimal(rows.total));
  const mismatch =
    rows.length_mismatch === 0
      ? ''
      : ` ${numberAt('rows.length_mismatch', rows.length_mismatch, formatDecimal(rows.length_mismatch))} of the ok rows have another length than asked for.`;
  return element(
    'div',
    { class: 'rows' },
    `<p>${total} rows = ${parts.join(' + ')}.${mismatch}</p>`,
    element(
      'svg',
      {
        viewBox: `0 0 ${Math.max(1, x)} 14`,
        height: 14,
        preserveAspectRatio: 'none',
        'aria-hidden': 'true',
      },
      ...bars,
    ),
  );
}
