import { formatDecimal, type SearchPlan } from '@trace-replay/metrics/internal';

import { counted, indented, section } from './text-table.ts';

export interface SearchPlanFacts {
  readonly plan: SearchPlan;
  readonly rows: number;
  readonly recoveryLimitS: number;
  readonly maxTimeS: number;
  /** Why this machine cannot send the fastest probe. Absent for a simulation. */
  readonly misfits?: readonly string[] | undefined;
}

/** What a search will do, as a page of at most 100 columns. */
export function searchPlanText({
  plan,
  rows,
  recoveryLimitS,
  maxTimeS,
  misfits,
}: SearchPlanFacts): string {
  const { from, fastest, precision } = plan;
  const doublings = [];
  for (let speed = from; speed < fastest; speed *= 2) doublings.push(speed);
  const speeds = [...doublings, fastest].map((speed) =>
    formatDecimal(speed, 3).replace(/\.?0+$/, ''),
  );
  const bisections = Math.ceil(Math.log2(Math.log(2) / Math.log(1 + precision)));
  const probeS = plan.ramp_s + plan.window_s;
  const most = Math.min(plan.max_probes, doublings.length + 1 + bisections + REPEATS);
  const worstS = Math.min(maxTimeS, plan.max_probes * (probeS + recoveryLimitS));
  const minutes = (seconds: number) => `${formatDecimal(seconds / 60, 1)} min`;
  return [
    `${plan.trace}: ${counted(rows, 'row')}, nothing sent`,
    ...section('The search', [
      `target    ${formatDecimal(100 * plan.share, 1)} % good rows, counted from the schedule`,
      `speeds    ${speeds.join(', ')} until one misses the target; then halves between two`,
      `a probe   ${formatDecimal(plan.ramp_s)} s of ramp, ${formatDecimal(plan.window_s)} s that count`,
      `probes    about ${most} at most: ${doublings.length + 1} to bracket, ${bisections} to narrow, ${REPEATS} repeats`,
      plan.is_simulated
        ? 'time      seconds: a simulation runs in virtual time'
        : `time      ${minutes(most * probeS)} of probes; at worst ${minutes(worstS)} with recovery, ended by --max-time`,
    ]),
    ...(misfits === undefined
      ? []
      : [
          '',
          ...(misfits.length === 0
            ? [`This machine can send the fastest probe, speed ${speeds.at(-1)}.`]
            : [
                `This machine cannot send the fastest probe, speed ${speeds.at(-1)}:`,
                ...indented(misfits.flatMap((text) => text.split('\n'))),
              ]),
        ]),
  ].join('\n');
}

/** Both ends of the bracket, twice. */
const REPEATS = 4;
