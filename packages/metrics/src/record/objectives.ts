import { isRequestMetric, REQUEST_METRICS, type RequestMetric } from './catalog.ts';
import { msToNs } from '../values/units.ts';

/** The largest value of one metric that a good request may have. */
export interface Objective {
  readonly metric: RequestMetric;
  readonly limitMs: number;
}

/** The objectives of a run that sets none: the limits of the DeepSeek-V3.2 recipe. */
export const DEFAULT_OBJECTIVES: readonly Objective[] = [
  { metric: 'time_to_first_token', limitMs: 20_000 },
  { metric: 'inter_token_latency', limitMs: 50 },
];

/**
 * Reads objectives written as `metric:limit`, separated by white space.
 * Source of the notation: aiperf's `--goodput`, so that a recipe's string works unchanged.
 *
 * @param text for example `time_to_first_token:20000 inter_token_latency:50`
 * @returns the objectives in the order written, limits in milliseconds; none for empty text
 * @throws {SyntaxError} quoting the part that cannot be read and saying what is expected there
 */
export function parseObjectives(text: string): readonly Objective[] {
  const objectives = text.split(/\s+/).filter(Boolean).map(parseObjective);
  const metrics = objectives.map((objective) => objective.metric);
  const repeated = metrics.find((metric, index) => metrics.indexOf(metric) !== index);
  if (repeated !== undefined) {
    throw new SyntaxError(
      `Cannot read objectives "${text}": "${repeated}" has several limits, expected one`,
    );
  }
  return objectives;
}

/** Objectives as `parseObjectives` reads them. */
export function formatObjectives(objectives: readonly Objective[]): string {
  return objectives.map(({ metric, limitMs }) => `${metric}:${limitMs}`).join(' ');
}

/** Objectives as the files hold them. */
export function objectivesForFile(objectives: readonly Objective[]) {
  return objectives.map(({ metric, limitMs }) => ({ metric, limit_ms: limitMs }));
}

/** Whether objectives from a file are the default ones, in any order. */
export function areDefaultObjectives(objectives: ReturnType<typeof objectivesForFile>): boolean {
  const textOf = (all: readonly Objective[]) => formatObjectives(all).split(' ').sort().join(' ');
  return textOf(objectivesFromFile(objectives)) === textOf(DEFAULT_OBJECTIVES);
}

/** Objectives from a file. */
export function objectivesFromFile(
  objectives: ReturnType<typeof objectivesForFile>,
): readonly Objective[] {
  return objectives.map(({ metric, limit_ms: limitMs }) => ({ metric, limitMs }));
}

function parseObjective(part: string): Objective {
  const [metric = '', ...limits] = part.split(':');
  const limit = limits.join(':');
  const fail = (what: string) => new SyntaxError(`Cannot read objective "${part}": ${what}`);
  if (!isRequestMetric(metric)) {
    throw fail(`metric is "${metric}", expected one of ${REQUEST_METRICS.join(', ')}`);
  }
  // Number() reads '' as 0 and '0x32' as 50; a limit is plain decimal milliseconds, to the ns.
  const limitMs = /^\d+(\.\d{1,6})?$/.test(limit) ? Number(limit) : 0;
  if (limitMs === 0) {
    throw fail(`limit is "${limit}", expected milliseconds above 0 with at most 6 decimals`);
  }
  if (!Number.isSafeInteger(msToNs(limitMs))) {
    throw fail(`limit is "${limit}", expected fewer milliseconds than 104 days have`);
  }
  return { metric, limitMs };
}
