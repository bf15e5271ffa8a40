import type { Reason } from '../schemas/fidelity.ts';
import { describeReason } from '../fidelity/sentences.ts';
import { formatDecimal } from '../values/units.ts';
import type { ComparedRun, ComparedSide } from './compared-run.ts';
import type { ConditionDifference } from './conditions-check.ts';
import { MEASURES } from './measures.ts';

export interface Doubts {
  readonly sentences: readonly string[];
  readonly isNobodysWin: boolean;
}

/** What about these runs makes their comparison less than it seems. */
export function doubtsOf(
  sides: readonly ComparedSide[],
  differences: readonly ConditionDifference[],
): Doubts {
  const grave = [...sides.flatMap(graveOf), ...differences.map(differenceSentence)];
  const light = [...sides.flatMap(lightOf), ...verdictlessOf(sides), ...overlapsOf(sides)];
  return { sentences: [...grave, ...light], isNobodysWin: grave.length > 0 };
}

function graveOf(side: ComparedSide): string[] {
  const incomplete = side.runs.flatMap(({ summary: { status, rows } }, index) => {
    if (status === 'completed') return [];
    const unsent = formatDecimal(rows.aborted_inflight + rows.not_sent);
    return [
      `${runName(side, index)} did not complete (${status}): its ${unsent} rows that were aborted` +
        ' or not sent count as lost, whatever the server would have done.',
    ];
  });
  return [...incomplete, ...fidelityOf(side, 'invalid')];
}

function lightOf(side: ComparedSide): string[] {
  const sentences = [...fidelityOf(side, 'invalid elsewhere'), ...fidelityOf(side, 'degraded')];
  const seeds = side.runs.map(({ summary }) => summary.conditions.seed);
  if (new Set(seeds).size < seeds.length) {
    sentences.push(
      `${side.name}: repeats share a seed, so a later one may have met the prompts of an earlier` +
        ' one in a warm cache.',
    );
  }
  return sentences;
}

type Belief = 'degraded' | 'invalid elsewhere' | 'invalid';

const SAYS: Readonly<Record<Belief, string>> = {
  degraded: 'degraded',
  'invalid elsewhere': 'invalid, though not in what is judged here',
  invalid: 'invalid',
};

/** What a run found about itself; `undefined` if it is valid, or left no readings of itself. */
function beliefOf({ summary: { fidelity } }: ComparedRun): Belief | undefined {
  if (fidelity === undefined || fidelity.verdict === 'valid') return undefined;
  if (fidelity.verdict === 'degraded') return 'degraded';
  const isElsewhere = fidelity.reasons.length > 0 && !fidelity.reasons.some(isGrave);
  return isElsewhere ? 'invalid elsewhere' : 'invalid';
}

/** An error in a latency that is not judged, such as the time to connect, spoils nothing. */
function isGrave(reason: Reason): boolean {
  if (reason.verdict !== 'invalid' || reason.decides === false) return false;
  return reason.kind !== 'latency_error' || JUDGED_LATENCIES.has(reason.claim);
}

const JUDGED_LATENCIES: ReadonlySet<string> = new Set(
  MEASURES.filter(({ isHeadline }) => isHeadline).map(({ metric }) => metric),
);

/** The runs of a side that are so, in one sentence, with the first reason of the first. */
function fidelityOf(side: ComparedSide, belief: Belief): string[] {
  const [first, ...others] = [...side.runs.keys()].filter(
    (index) => beliefOf(side.runs[index]!) === belief,
  );
  if (first === undefined) return [];
  const { reasons = [], server_reasons: ofServer = [] } = side.runs[first]!.summary.fidelity ?? {};
  const reason = belief === 'invalid' ? reasons.find(isGrave) : (reasons[0] ?? ofServer[0]);
  const why = reason === undefined ? 'see its summary.' : describeReason(reason);
  if (others.length === 0) {
    return [
      `${runName(side, first).replace(/,$/, '')}: its measurement is ${SAYS[belief]}. ${why}`,
    ];
  }
  const runs = [first, ...others].map((index) => index + 1);
  const listed = `${runs.slice(0, -1).join(', ')} and ${runs.at(-1)}`;
  return [
    `${side.name}, runs ${listed}: their measurement is ${SAYS[belief]}. Run ${first + 1}: ${why}`,
  ];
}

function verdictlessOf(sides: readonly ComparedSide[]): string[] {
  const names = sides
    .filter(({ runs }) => runs.some(({ summary }) => summary.fidelity === undefined))
    .map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    `The measurement error of runs of ${names.join(', ')} is not known; look at schedule_lag.`,
  ];
}

function overlapsOf(sides: readonly ComparedSide[]): string[] {
  const runs = sides
    .flatMap((side) =>
      side.runs.map(({ summary: { run } }, index) => ({
        name: runName(side, index),
        startedMs: Date.parse(run.started_at),
        endedMs: run.ended_at === undefined ? -Infinity : Date.parse(run.ended_at),
      })),
    )
    .sort((a, b) => a.startedMs - b.startedMs);
  return runs.flatMap((run, index) => {
    const next = runs[index + 1];
    if (next === undefined || !(next.startedMs < run.endedMs)) return [];
    return [`${run.name} and ${next.name} ran at the same time: they may have slowed each other.`];
  });
}

function differenceSentence({ what, first, second }: ConditionDifference): string {
  return `The sides differ in ${what}, as was allowed: ${first} against ${second}.`;
}

function runName({ name, runs }: ComparedSide, index: number): string {
  return runs.length === 1 ? name : `${name}, run ${index + 1},`;
}

/** Names of the recipe's two deployments, as its jobs and the embedded mocks have them. */
const AGGREGATED = /agg(regated)?-round-robin/;
const DISAGGREGATED = /disagg(regated)?-kv/;
const PREFIX_CACHE_ON = /prefix-cache-on/;

/** Sentences about the recipe's deployments: its aggregated one has prefix reuse off. */
export function caveatsOf(names: readonly string[]): readonly string[] {
  // "disagg-kv" holds "agg", but not "agg-round-robin".
  const aggregated = names.filter((name) => AGGREGATED.test(name));
  if (aggregated.length === 0 || !names.some((name) => DISAGGREGATED.test(name))) return [];
  if (aggregated.every((name) => PREFIX_CACHE_ON.test(name))) {
    return [
      'Two things differ at once between these deployments: the router, and whether prefill and ' +
        'decode are apart. Both reuse prefixes.',
    ];
  }
  return [
    'Three things differ at once between these deployments: the router, whether prefill and decode ' +
      'are apart, and prefix reuse, which is off in the aggregated one. The outcome cannot be ' +
      'credited to one of them. The fair ablation is the aggregated deployment with prefix reuse ' +
      'on (--prefix-cache on of the embedded mock).',
  ];
}
