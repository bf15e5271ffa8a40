import { formatDecimal, formatShare, formatShort } from '../../values/units.ts';
import type { SearchFile, SearchPlan, SearchProbe } from '../../schemas/search.ts';
import type { CapacityRatio } from '../../search/compare-searches.ts';
import { judgeSpeed } from '../../search/judge-speed.ts';
import { searchResult, type SearchResult } from '../../search/search-result.ts';
import { shareOf } from '../../search/share.ts';
import { createPage, joinGroups, type TextOptions } from '../layout.ts';

/** The probes of a search, its bracket and what limits it, for a terminal. */
export function renderSearch(file: SearchFile, options: TextOptions = {}): string {
  const page = createPage(options);
  const result = searchResult(file);
  const { plan, probes } = file;
  const sentences = [headline(file, result), ...facts(plan, result)];
  return joinGroups([
    probeLines(plan, probes),
    [
      ...page.prose(sentences[0]!, page.width).map((line) => page.paint('bold', line)),
      ...sentences.slice(1).flatMap((text) => page.prose(text, page.width)),
    ],
    doubts(plan, probes, result).flatMap((text) => {
      return page.paintAll('yellow', page.prose(text, page.width));
    }),
    options.artifacts === undefined ? [] : [`Files: ${options.artifacts}`],
  ]);
}

const HEADER = [
  ...['speed', 'rows/s', 'served/s', 'rows', 'good', '95 % interval', 'TTFT p95', 'ITL p95'],
  ...['in flight', 'cached', 'probe'],
];

/** A line a probe, in the order in which they were made. */
export function probeLines(plan: SearchPlan, probes: readonly SearchProbe[]): string[] {
  const cells = [HEADER, ...probes.map((probe) => probeCells(plan, probe))];
  // A column of which nothing is known says nothing.
  const columns = HEADER.map((_, column) => column).filter((column) => {
    return column < 6 || cells.slice(1).some((row) => row[column] !== '–');
  });
  const widths = columns.map((column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells.map((row) => {
    return columns
      .map((column, index) => {
        const isText = column === HEADER.length - 1;
        return isText ? row[column]! : row[column]!.padStart(widths[index]!);
      })
      .join('  ')
      .trimEnd();
  });
}

function probeCells(plan: SearchPlan, probe: SearchProbe): string[] {
  const share = shareOf(probe.blocks, probe.flippable);
  const percent = (value: number) => formatDecimal(100 * value, 1);
  return [
    speedText(probe.speed),
    formatDecimal(probe.offered_per_s, 1),
    formatDecimal(probe.served_per_s, 1),
    share === undefined ? '–' : formatDecimal(share.rows),
    share === undefined ? '–' : `${percent(share.share)} %`,
    share === undefined ? '–' : `${percent(share.low)} to ${percent(share.high)}`,
    probe.ttft_p95_ms === undefined ? '–' : `${formatShort(probe.ttft_p95_ms / 1000, 2)} s`,
    probe.itl_p95_ms === undefined ? '–' : `${formatDecimal(probe.itl_p95_ms, 1)} ms`,
    flightText(probe.in_flight_per_s),
    probe.cached_share === undefined ? '–' : formatShare(probe.cached_share, 1),
    verdictOf(plan, probe),
  ];
}

/** Growth that a thousand seconds would not notice is none. */
function flightText(perSecond: number | undefined): string {
  if (perSecond === undefined) return '–';
  if (Math.abs(perSecond) < 0.05) return 'flat';
  return `${perSecond > 0 ? '+' : ''}${formatDecimal(perSecond, 1)}/s`;
}

const STOPS: Readonly<Record<NonNullable<SearchProbe['stopped']>['reason'], string>> = {
  bad_rows: 'too many rows are bad',
  backlog: 'the backlog grows',
};

function verdictOf(plan: SearchPlan, probe: SearchProbe): string {
  if (probe.client_limited) return 'client limit';
  if (probe.purpose === 'warm-up') return 'warm-up';
  const { side } = judgeSpeed([probe], plan.share);
  const words = [side === 'open' ? 'undecided' : side];
  if (probe.purpose === 'confirm') words.push('(repeat)');
  const { stopped } = probe;
  if (!stopped) return words.join(' ');
  const after = `stopped after ${formatShort(stopped.after_s, 0)} s`;
  return `${words.join(' ')}, ${after}: ${STOPS[stopped.reason]}`;
}

export function speedText(speed: number): string {
  return `×${formatShort(speed, 3)}`;
}

function headline(
  { plan, ended_by }: SearchFile,
  { outcome, bracket, certain, speeds }: SearchResult,
): string {
  const target = `${formatShort(100 * plan.share, 2)} % good rows`;
  const rate = (speed: number) => {
    const made = speeds.find((each) => each.speed === speed)?.made[0];
    return made === undefined ? '' : ` (${formatDecimal(made.offered_per_s, 1)} rows/s)`;
  };
  const text = (speed: number) => `${speedText(speed)}${rate(speed)}`;
  switch (outcome?.kind) {
    case 'found': {
      const isSure = certain.low === bracket.low && certain.high === bracket.high;
      const ends = `between ${text(bracket.low!)} and ${text(bracket.high!)}`;
      return `Highest speed with ${target}: ${ends}, ${isSure ? '95 % confidence' : 'by the point estimates'}.`;
    }
    case 'trace-too-short':
      return `Highest speed with ${target}: at least ${text(outcome.low)}. The trace is too short for more.`;
    case 'too-slow':
      return `No speed has ${target}: even ${text(outcome.high)} misses it.`;
    case 'client-limited': {
      const low = outcome.low === undefined ? '' : ` At ${text(outcome.low)} the target is kept.`;
      return `The client is the limit from ${text(outcome.at)} on, so the search ends.${low}`;
    }
    case undefined:
    case 'out-of-probes': {
      const low = bracket.low === undefined ? undefined : `${text(bracket.low)} keeps it`;
      const high = bracket.high === undefined ? undefined : `${text(bracket.high)} misses it`;
      const known = [low, high].filter((each) => each !== undefined).join(', ');
      const why = outcome
        ? 'The probes are used up'
        : ended_by === 'time'
          ? 'The time is used up'
          : 'The search has not ended';
      return `${why}. Target of ${target}: ${known === '' ? 'nothing is known yet' : known}.`;
    }
  }
}

function facts(plan: SearchPlan, result: SearchResult): string[] {
  const { certain, bracket, crossing, knee, brokenFirst, recoveryS } = result;
  const lines: string[] = [];
  const isSure = certain.low === bracket.low && certain.high === bracket.high;
  if (!isSure && certain.low !== undefined && certain.high !== undefined) {
    lines.push(
      `With 95 % confidence: between ${speedText(certain.low)} and ${speedText(certain.high)}.`,
    );
  }
  if (crossing !== undefined)
    lines.push(`The fitted curve crosses the target at ${speedText(crossing)}.`);
  if (knee !== undefined) {
    lines.push(`Knee, where the server ends 5 % fewer rows than are due: ${speedText(knee)}.`);
  }
  if (brokenFirst) {
    const share = formatShare(brokenFirst.rows, brokenFirst.of);
    const limit = plan.objectives.find(({ metric }) => metric === brokenFirst.limit);
    const name = limit ? `${limit.metric} of ${formatShort(limit.limit_ms)} ms` : brokenFirst.limit;
    lines.push(`Limit that breaks first: ${name} (${share} of the bad rows).`);
  }
  if (recoveryS !== undefined) {
    lines.push(`Longest recovery after a probe: ${formatDecimal(recoveryS, 1)} s.`);
  }
  return lines;
}

/** Rows whose interval leaves 95 % where the truth is 97 %. */
const ROWS_TO_DECIDE = 457;
/** How much more than the ceiling of a cold cache a server may find in its caches. */
const WARM_CACHE = 0.01;

function doubts(
  plan: SearchPlan,
  probes: readonly SearchProbe[],
  { notMonotone, speeds, certain, bracket, rampBelowS }: SearchResult,
): string[] {
  const lines: string[] = [];
  if (notMonotone) {
    const { from, to } = notMonotone;
    lines.push(
      `More load did not make it worse everywhere: ${speedText(from)} misses the target and ${speedText(to)} keeps it.`,
    );
  }
  const fewest = Math.min(...speeds.flatMap(({ share }) => share?.rows ?? []));
  const isOpen = certain.low !== bracket.low || certain.high !== bracket.high;
  if (isOpen && fewest < ROWS_TO_DECIDE) {
    lines.push(
      `A window has ${formatDecimal(fewest)} rows at the least; ${ROWS_TO_DECIDE} tell two points from the target. Give a longer --window.`,
    );
  }
  if (rampBelowS !== undefined) {
    lines.push(
      `Half of the rows take longer than ${formatDecimal(rampBelowS, 1)} s, and the ramp is ${formatShort(plan.ramp_s)} s: windows begin before the load is steady. Give a longer --ramp.`,
    );
  }
  for (const { speed, client_limited } of probes) {
    if (client_limited)
      lines.push(`The client was the limit at ${speedText(speed)}: ${client_limited}`);
  }
  const warm = probes.filter(({ cached_share = 0, cache_ceiling = 1 }) => {
    return cached_share > cache_ceiling + WARM_CACHE;
  });
  if (warm.length > 0) {
    lines.push(
      `Caches were warm in ${formatDecimal(warm.length)} of ${formatDecimal(probes.length)} probes: the server found more prompt tokens in them than one probe holds.` +
        ' Give --reset-url, or another --seed.',
    );
  }
  const unrecovered = probes.filter((each) => each.unrecovered);
  if (unrecovered.length > 0) {
    lines.push(
      `The server had not recovered before the next probe ${formatDecimal(unrecovered.length)} times: give a longer --recovery-limit.`,
    );
  }
  if (!plan.is_simulated && probes.every(({ cached_share }) => cached_share === undefined)) {
    lines.push(
      'The server does not say what it found in caches, so nothing proves that probes were cold.',
    );
  }
  return lines;
}

/** Two searches compared, in a sentence or two. */
export function renderCapacityRatio(
  ratio: CapacityRatio | undefined,
  [first, second]: readonly [string, string],
): string {
  if (ratio === undefined) {
    return 'The two capacities cannot be compared: one of the curves does not cross the target.\n';
  }
  const [from, to] = ratio.crossings;
  const percent = (value: number) => formatDecimal(100 * (value - 1), 1);
  const interval = `95 % interval ${percent(ratio.low)} to ${percent(ratio.high)} %`;
  const lines = [
    `${first} carries the trace at ${speedText(from)}, ${second} at ${speedText(to)}.`,
    ratio.low > 1 || ratio.high < 1
      ? `${second} carries ${formatDecimal(100 * Math.abs(ratio.ratio - 1), 1)} % ${ratio.ratio > 1 ? 'more' : 'less'} (${interval}).`
      : `No significant difference (${percent(ratio.ratio)} %, ${interval}).`,
  ];
  return `${lines.join('\n')}\n`;
}
