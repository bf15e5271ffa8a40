import type { Summary } from '@trace-replay/metrics';
import { formatDecimal, formatMeasure } from '@trace-replay/metrics/internal';

import { formatTime } from '../chart/axis.ts';
import type { RunData } from '../data/run-data.ts';

/** The last line of every picture of a run: where it comes from, and how far it can be trusted. */
export function stampOf(summary: Summary): string {
  const { run, conditions, rows, fidelity } = summary;
  const { sha256 } = conditions.trace;
  return [
    `run ${run.id ?? run.name ?? run.started_at}`,
    sha256 === undefined ? undefined : `trace ${sha256.slice(0, 8)}`,
    `${formatDecimal(rows.total)} rows`,
    fidelity === undefined ? 'no verdict' : `verdict ${fidelity.verdict}`,
    `trace-replay ${conditions.versions.trace_replay}`,
  ]
    .filter((fact) => fact !== undefined)
    .join(' · ');
}

/** `Bins of 5 s.` */
export function binWords({ bins }: RunData): string {
  return `Bins of ${formatTime(bins.widthSeconds)}.`;
}

/** How much of all rows a picture shows. */
export function drawnWords(drawn: number, rows: number, what: string): string {
  return `${formatDecimal(drawn)} of ${formatDecimal(rows)} rows ${what}.`;
}

/** A time in a table; empty where it is not known. */
export function msCell(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : formatMeasure(value);
}
