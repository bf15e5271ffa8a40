import type { Comparison, Contest } from '../../schemas/comparison.ts';
import { printable } from '../../values/printable.ts';
import { formatDecimal, formatShort } from '../../values/units.ts';
import { formatLimit, formatOutcomes, formatSelection } from '../facts.ts';
import { letterOf } from './values.ts';

export function commonFacts({ trace, speedup, output_length, objectives }: Comparison): string[] {
  return [
    printable(trace.file),
    formatSelection(trace),
    `${formatShort(speedup)}× speed`,
    `output length ${output_length}`,
    ...objectives.map(formatLimit),
  ];
}

export function sideFacts({ sides }: Comparison, index: number): string[] {
  const { name, model, runs } = sides[index]!;
  const sum = (key: keyof (typeof runs)[number]['rows']) =>
    runs.reduce((total, { rows }) => total + rows[key], 0);
  const urls = [...new Set(runs.flatMap((run) => run.urls))];
  return [
    printable(name),
    printable(model),
    ...urls.map(printable),
    runs.length === 1 ? '1 run' : `${runs.length} runs`,
    `seed ${[...new Set(runs.map(({ seed }) => seed))].join(', ')}`,
    `${formatDecimal(sum('total'))} rows = ${formatOutcomes({
      ok: sum('ok'),
      failed: sum('failed'),
      aborted_inflight: sum('aborted_inflight'),
      not_sent: sum('not_sent'),
    })}`,
    `measurement ${verdictsOf(runs.map(({ fidelity }) => fidelity ?? 'not judged'))}`,
  ];
}

/** `valid`, or `2 valid, 1 degraded`. */
function verdictsOf(verdicts: readonly string[]): string {
  const kinds = [...new Set(verdicts)];
  if (kinds.length === 1) return kinds[0]!;
  const count = (kind: string) => verdicts.filter((each) => each === kind).length;
  return kinds.map((kind) => `${count(kind)} ${kind}`).join(', ');
}

export function intervalSentence({ scope, confidence, contests }: Comparison): string {
  if (contests.every(({ paired }) => !paired)) {
    return 'The sides replayed different rows, so nothing is paired and there are no intervals.';
  }
  const { each, judged, together, blocks, resamples } = confidence;
  const sure =
    `each at ${percent(each)}, so that all ${judged} that are judged hold together at` +
    ` ${percent(together)}`;
  if (scope === 'between_runs') {
    return `Over repeats, paired run by run (Student's t), ${sure}.`;
  }
  return blocks === undefined
    ? 'Too few rows for an interval: 256 are needed.'
    : `Within one run: rows paired by index and drawn in ${blocks} blocks of time` +
        ` (${formatDecimal(resamples ?? 0)} resamples), ${sure}. Another run may differ by more.`;
}

/** Whose rows were good where the other's were not. */
export function goodRowFacts({ verdicts, first, second }: Contest): string[] {
  if (verdicts === undefined) return [];
  const [a, b] = [letterOf(first), letterOf(second)];
  const { both_good, neither, first_only, second_only, p } = verdicts;
  return [
    `${formatDecimal(both_good)} good on both`,
    `${formatDecimal(first_only)} on ${a} only`,
    `${formatDecimal(second_only)} on ${b} only`,
    `${formatDecimal(neither)} on neither`,
    `McNemar's exact p ${p < 0.0001 ? '< 0.0001' : `= ${formatDecimal(p, 4)}`}`,
  ];
}

/** Rows without an answer. */
export function lostFacts({ lost, first, second }: Contest): string[] {
  if (lost.both + lost.first_only + lost.second_only === 0) return [];
  return [
    `${formatDecimal(lost.first_only)} rows lost on ${letterOf(first)} only`,
    `${formatDecimal(lost.second_only)} on ${letterOf(second)} only`,
    `${formatDecimal(lost.both)} on both`,
    'each counts as infinite where it was lost',
  ];
}

function percent(share: number): string {
  return `${formatShort(100 * share, 2)} %`;
}
