import { judge, latencyOf, type Objective, type RequestRecord } from '@trace-replay/metrics';
import { formatShort, keeps, Latencies } from '@trace-replay/metrics/internal';

import type { Color } from '../chart/theme.ts';

/** What became of a row, as pictures tell rows apart: every row is in one class. */
export interface RowClass {
  readonly label: string;
  readonly color: Color;
  /** Whether the row has no whole answer, so that its latency is infinite. */
  readonly isLost: boolean;
}

const METRIC_WORDS: Readonly<Record<Objective['metric'], string>> = {
  time_to_first_token: 'TTFT',
  inter_token_latency: 'ITL',
  request_latency: 'latency',
  time_to_first_token_from_schedule: 'TTFT from schedule',
  request_latency_from_schedule: 'latency from schedule',
};

const BEYOND: readonly Color[] = ['second', 'fourth', 'third', 'idle', 'dim'];

/** `TTFT > 200 ms` */
export function beyondWords({ metric, limitMs }: Objective): string {
  return `${METRIC_WORDS[metric]} > ${formatShort(limitMs, 6)} ms`;
}

/**
 * The classes of a run with these objectives, and how a record finds its own: good first, then the
 * first objective that is not kept, then the rows that are bad for another reason.
 */
export function rowClasses(objectives: readonly Objective[]): {
  readonly classes: readonly RowClass[];
  readonly classOf: (record: RequestRecord) => number;
} {
  const hasObjectives = objectives.length > 0;
  const beyond = objectives.map((objective, index): RowClass => {
    return { label: beyondWords(objective), color: BEYOND[index] ?? 'dim', isLost: false };
  });
  const classes: readonly RowClass[] = [
    { label: hasObjectives ? 'good' : 'ok', color: 'good', isLost: false },
    ...beyond,
    { label: 'ITL not measurable', color: 'dim', isLost: false },
    { label: 'wrong output length', color: 'third', isLost: false },
    { label: 'failed', color: 'bad', isLost: true },
    { label: 'aborted in flight', color: 'lost', isLost: true },
    { label: 'not sent', color: 'idle', isLost: true },
  ];
  const place = (label: string) => classes.findIndex((each) => each.label === label);
  const lost = {
    failed: place('failed'),
    aborted_inflight: place('aborted in flight'),
    not_sent: place('not sent'),
  };
  const [unmeasured, wrongLength] = [place('ITL not measurable'), place('wrong output length')];
  const classOf = (record: RequestRecord): number => {
    if (record.outcome !== 'ok') return lost[record.outcome];
    const latencies = new Latencies(record);
    if (judge(record, objectives, latencies).isGood) return 0;
    const broken = objectives.findIndex((objective) => !keeps(latencies, objective));
    if (broken >= 0) return 1 + broken;
    return record.length_mismatch === true ? wrongLength : unmeasured;
  };
  return { classes, classOf };
}

/** The value of a metric in ms; `undefined` where the row has none. */
export function valueMs(record: RequestRecord, metric: Objective['metric']): number | undefined {
  const latency = latencyOf(record, metric);
  return latency && latency.totalNs / latency.parts / 1e6;
}
