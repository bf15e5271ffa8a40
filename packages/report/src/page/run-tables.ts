import { CATALOG, type Summary } from '@trace-replay/metrics';
import { formatDecimal, formatMeasure, formatShort } from '@trace-replay/metrics/internal';

import { element, escapeText } from '../chart/svg.ts';
import { numberAt } from './number.ts';

const FIGURES = [
  ['mean', 'mean'],
  ['p50', 'p50'],
  ['p90', 'p90'],
  ['p95', 'p95'],
  ['p99', 'p99'],
  ['max', 'max'],
] as const;

/** Every metric of the summary with its percentiles and its objective. */
export function metricTable({ metrics, goodput }: Summary): string {
  const limits = new Map(goodput?.objectives.map(({ metric, limit_ms: ms }) => [`${metric}`, ms]));
  const lines = CATALOG.flatMap(({ tag, label }) => {
    const metric = metrics[tag];
    if (metric === undefined) return [];
    const limit = limits.get(tag);
    const path = `metrics.${tag}`;
    const cells = FIGURES.map(([key]) => {
      const value = metric[key];
      return value === undefined ? '–' : numberAt(`${path}.${key}`, value, formatMeasure(value));
    });
    const count = numberAt(`${path}.count`, metric.count, formatDecimal(metric.count));
    const objective = limit === undefined ? '' : `≤ ${formatShort(limit, 6)}`;
    return [
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, escapeText(label)),
        ...[...cells, count, objective].map((text) => element('td', {}, text)),
      ),
    ];
  });
  if (lines.length === 0) return '<p>No request was sent, so there are no latencies.</p>';
  const head = ['ms', ...FIGURES.map(([, title]) => title), 'n', 'objective'].map((text) =>
    element('th', { scope: 'col' }, text),
  );
  return element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Latencies' },
    element(
      'table',
      {},
      '<caption>Latencies in ms. – where fewer than ten values lie above a percentile.</caption>',
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...lines),
    ),
  );
}

/** Under what conditions the run was made, one fact a line. */
export function conditionTable({ conditions, run, status }: Summary): string {
  const { trace, versions, host } = conditions;
  const facts: [string, string | undefined][] = [
    ['status', status],
    ['run', run.id],
    ['started', run.started_at],
    ['ended', run.ended_at],
    ['trace', trace.file],
    ['trace sha256', trace.sha256],
    ['rows', `${formatDecimal(trace.selected_rows)} of ${formatDecimal(trace.rows)}`],
    ['model', conditions.model],
    ['URLs', conditions.urls.join(', ')],
    ['endpoint', conditions.endpoint],
    ['speed', `${formatShort(conditions.speedup, 6)}×`],
    ['seed', String(conditions.seed)],
    ['output length', conditions.output_length],
    ['prompts', `${conditions.prompt_algorithm}, blocks of ${trace.block_size} tokens`],
    ['host', hostWords(host)],
    [
      'versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['flags', JSON.stringify(conditions.flags)],
  ];
  const lines = facts.flatMap(([name, value]) =>
    value === undefined
      ? []
      : [
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, escapeText(name)),
            element('td', {}, escapeText(value)),
          ),
        ],
  );
  return element('table', { class: 'text' }, element('tbody', {}, ...lines));
}

function hostWords({
  hostname,
  os,
  arch,
  cpus,
  memory_bytes: bytes,
}: Summary['conditions']['host']) {
  const memory = `${formatShort(bytes / 2 ** 30, 1)} GiB`;
  return [hostname, os, arch, `${cpus} CPUs`, memory].filter(Boolean).join(', ');
}
