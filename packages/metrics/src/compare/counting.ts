import { describeObstacles, TOLERATED_SHARE } from '../fidelity/obstacles.ts';
import type { Summary } from '../schemas/summary.ts';
import type { ComparedSide } from './compared-run.ts';
import type { Measure } from './measures.ts';

export interface UncomparedMetrics {
  readonly metrics: ReadonlySet<Measure['metric']>;
  /** What keeps them from being compared; whole sentences. */
  readonly sentences: readonly string[];
}

/**
 * Metrics that count tokens, where a run cannot measure them or the sides count them in different
 * ways: a difference would be one of counting.
 */
export function uncomparedOf(sides: readonly ComparedSide[]): UncomparedMetrics {
  const runs = sides.flatMap(({ name, runs: own }) =>
    own.map(({ summary, objectives }) => ({ name, summary, objectives })),
  );
  const obstacles = new Map(
    runs.flatMap(({ name, summary: { not_measurable: obstacle } }) =>
      obstacle === undefined ? [] : [[name, `${name}: ${describeObstacles(obstacle).join(' ')}`]],
    ),
  );
  const ways = waysOf(runs, countingOf);
  const definitions = waysOf(runs, definitionOf);
  const figures = new Set(runs.flatMap(({ summary }) => summary.not_measurable?.figures ?? []));
  const [{ summary, objectives } = { summary: undefined, objectives: [] }] = runs;
  if (ways.size > 1 || definitions.size > 1) {
    figures.add('inter_token_latency');
    const hasItl = objectives.some(({ metric }) => metric === 'inter_token_latency');
    const hasLengths = objectives.length > 0 && summary?.conditions.output_length === 'exact';
    if (hasItl || hasLengths) figures.add('goodput');
  }
  if (figures.size === 0) return { metrics: new Set(), sentences: [] };
  const names = [...figures].map((figure) => NAMES[figure]).join(' and ');
  const are = figures.size > 1 ? 'are' : 'is';
  return {
    metrics: figures,
    sentences: [
      `${capitalized(names)} ${are} not compared.`,
      ...(ways.size > 1 ? [`Output tokens are counted differently: ${listed(ways)}.`] : []),
      ...(definitions.size > 1
        ? [`Inter-token latency is counted differently: ${listed(definitions)}.`]
        : []),
      ...obstacles.values(),
    ],
  };
}

type NamedSummary = Readonly<{ name: string; summary: Summary }>;

/** The ways that are in use, each with one side that uses it. */
function waysOf(runs: readonly NamedSummary[], read: (summary: Summary) => string) {
  const ways = runs.map(({ name, summary }) => [read(summary), name] as const);
  return new Map(ways.filter(([way]) => way !== ''));
}

function listed(ways: ReadonlyMap<string, string>): string {
  return [...ways].map(([way, name]) => `${name} ${way}`).join(', ');
}

const NAMES = { inter_token_latency: 'inter-token latency', goodput: 'goodput' } as const;

/** How a run knows its output tokens; empty without an ok row. */
function countingOf({ tokens: { counted_by: by }, stream_notes: notes, rows }: Summary): string {
  const isMost = (count: number) => count > TOLERATED_SHARE * rows.ok;
  return [
    isMost(by.usage) ? 'by the server' : '',
    isMost(notes?.counted_by_chunks ?? 0) ? 'by chunks' : '',
    isMost(by.unknown ?? 0) ? 'not at all' : '',
  ]
    .filter(Boolean)
    .join(' and ');
}

/** Whether inter-token latency begins to count after one token, or after the first event. */
function definitionOf({ tokens: { itl_by: by = {} }, rows }: Summary): string {
  const isMost = (count = 0) => count > TOLERATED_SHARE * rows.ok;
  if (isMost(by.first_chunk)) return 'after the first event';
  return isMost(by.first_token) ? 'after the first token' : '';
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
