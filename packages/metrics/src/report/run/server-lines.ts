import { printable } from '../../values/printable.ts';
import type { Summary } from '../../schemas/summary.ts';
import { formatDecimal, formatMeasure } from '../../values/units.ts';
import type { Page } from '../layout.ts';

type Said = NonNullable<Summary['server_metrics']>;
type Check = NonNullable<Said['check']>;

export function describeServer(summary: Summary, page: Page): string[] {
  const { server_metrics: said } = summary;
  if (said === undefined) return [];
  const { endpoints, check } = said;
  const dead = endpoints.filter(({ failures }) => failures > 0);
  if (check === undefined && dead.length === 0) {
    return page.facts([`${formatDecimal(endpoints.length)} pages scraped, nothing to compare`]);
  }
  return [
    ...page.facts(check && factsOf(check)),
    ...serverSentences(summary).flatMap(page.warning),
    ...dead.flatMap(({ url, scrapes, failures, last_error: error = 'no answer' }) =>
      page.warning(
        `${printable(url)}: ${formatDecimal(failures)} of ${formatDecimal(scrapes + failures)} ` +
          `scrapes failed, the last: ${printable(error)}`,
      ),
    ),
  ];
}

/** Whole sentences on where the server's counters and our records differ: what both show. */
export function serverSentences({ server_metrics: said, rows }: Summary): string[] {
  if (said?.check === undefined) return [];
  const { endpoints, check } = said;
  const incomplete = endpoints.flatMap(({ url, ended_without_answer: isDead, restarts = 0 }) => [
    ...(isDead ? [`The counts of ${printable(url)} end before the run does: ${NO_LAST}`] : []),
    ...(restarts > 0 ? [`The counters of ${printable(url)} began again at 0: ${LOST}`] : []),
  ]);
  if (incomplete.length > 0) return incomplete;
  const cut = check.cut_rows ?? 0;
  const unended = rows.failed + rows.aborted_inflight;
  const differing = differenceSentence(check, unended);
  return [
    ...(differing === undefined ? [] : [differing]),
    ...(cut > 0
      ? [
          `Output tokens are not compared: ${rowsText(cut)} got tokens and did not end ok, and the` +
            ' server counts those tokens too.',
        ]
      : []),
  ];
}

const NO_LAST = 'its last scrape failed. The differences above say nothing about other users.';
const LOST =
  'what it counted since the scrape before is lost. The differences above say nothing about other users.';

function differenceSentence(
  { requests, output_tokens: tokens }: Check,
  unended: number,
): string | undefined {
  const more = requests?.difference ?? 0;
  if (more > unended) {
    return (
      `The server counted at least ${formatDecimal(more - unended)} requests more than this run ` +
      'sent: others used it at the same time.'
    );
  }
  if (more > 0) {
    return (
      `The server counted ${formatDecimal(more)} requests as ok beyond ours. This run has ` +
      `${rowsText(unended)} that failed or were aborted here; the server may have ended them.`
    );
  }
  if (more < 0) {
    return (
      `The scraped pages count ${formatDecimal(-more)} requests fewer than were answered: they do ` +
      'not show the whole server. Name all of its pages with --server-metrics.'
    );
  }
  if (tokens === undefined || tokens.difference === 0) return undefined;
  if (requests !== undefined) {
    return 'Requests agree and output tokens do not: the server counts tokens in another way.';
  }
  const count = formatDecimal(Math.abs(tokens.difference));
  const than = tokens.difference > 0 ? 'more' : 'fewer';
  return `The server counted ${count} output tokens ${than} than ours; it counts no requests.`;
}

function rowsText(count: number): string {
  return count === 1 ? '1 row' : `${formatDecimal(count)} rows`;
}

function factsOf(check: Check): string[] {
  const { source, requests, output_tokens: tokens, cached_tokens: cached } = check;
  const ttft = check.time_to_first_token_mean_ms;
  const tpot = check.time_per_output_token_mean_ms;
  const here = (ours: number | undefined, unit = '') =>
    ours === undefined
      ? ''
      : `, ${unit === '' ? formatDecimal(ours) : formatMeasure(ours) + unit} here`;
  const counts = [
    requests &&
      `${formatDecimal(requests.server)} requests ok, ${formatDecimal(requests.ours)} here`,
    tokens && `${formatDecimal(tokens.server)} output tokens, ${formatDecimal(tokens.ours)} here`,
    ttft && `mean TTFT ${formatMeasure(ttft.server)} ms, ${formatMeasure(ttft.ours)} ms here`,
    tpot && `mean TPOT ${formatMeasure(tpot.server)} ms${here(tpot.ours, ' ms')}`,
    cached && `${formatDecimal(cached.server)} prompt tokens cached${here(cached.ours)}`,
  ].filter((fact) => fact !== undefined);
  return [`counted by ${source}: ${counts[0] ?? ''}`, ...counts.slice(1)];
}
