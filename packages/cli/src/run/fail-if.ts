import type { Summary } from '@trace-replay/metrics';
import { describeObstacles } from '@trace-replay/metrics/internal';

import { UsageError } from '../io/errors.ts';

/** One condition on the summary, such as `goodput.fraction<0.95`. */
export interface FailCondition {
  readonly text: string;
  readonly path: readonly string[];
  readonly isMetBy: (value: number) => boolean;
}

const COMPARE: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '==': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
};

/**
 * Reads `<key.of.the.summary><operator><number>`.
 *
 * @throws {UsageError} quoting the condition and saying what is expected
 */
export function parseFailCondition(text: string): FailCondition {
  const found =
    /^\s*([a-z0-9_]+(?:\.[a-z0-9_]+)*)\s*(<=|>=|==|!=|<|>)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text);
  const [, path, operator, limit] = found ?? [];
  const compare = COMPARE[operator ?? ''];
  if (path === undefined || compare === undefined) {
    throw new UsageError(
      `Cannot use --fail-if "${text}": expected a key of the summary, an operator and a number` +
        '\n  For example: --fail-if "goodput.fraction<0.95"',
    );
  }
  return { text, path: path.split('.'), isMetBy: (value) => compare(value, Number(limit)) };
}

/**
 * Whether a condition is met; `undefined` when the summary has no number there,
 * which a gate must not pass in silence.
 */
function isMet(condition: FailCondition, summary: Summary): boolean | undefined {
  let value: unknown = summary;
  for (const key of condition.path) {
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined;
  }
  return typeof value === 'number' ? condition.isMetBy(value) : undefined;
}

/** A sentence for each condition that is met, or that the summary has no number for. */
export function failedConditions(
  conditions: readonly FailCondition[],
  summary: Summary,
): readonly string[] {
  return conditions.flatMap((condition) => {
    const met = isMet(condition, summary);
    const why = met === undefined ? obstacleOf(condition, summary) : undefined;
    if (why !== undefined) {
      return `--fail-if "${condition.text}": it is not measurable, so the gate failed. ${why}`;
    }
    if (met === undefined) {
      return `--fail-if "${condition.text}": the summary has no number there, so the gate failed.`;
    }
    return met ? `--fail-if "${condition.text}" is met.` : [];
  });
}

/** Why the figure of a condition is not measurable, if that is why it is not there. */
function obstacleOf({ path }: FailCondition, summary: Summary): string | undefined {
  const { not_measurable: obstacle } = summary;
  const isOf = (figure: string) =>
    path[0] === figure || (path[0] === 'metrics' && path[1]?.startsWith(figure));
  return obstacle?.figures.some(isOf) ? describeObstacles(obstacle).join(' ') : undefined;
}
