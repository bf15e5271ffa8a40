import type { Client } from '../clients/client.ts';
import type { Measures } from '../figures/measures.ts';
import type { ServerSettings } from '../servers/server.ts';
import type { Pair } from '../figures/targets.ts';
import type { BenchRow } from '../input/trace.ts';

export interface Plateau {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What one run sends. */
export interface RunShape {
  readonly rows: readonly BenchRow[];
  /** Streams open at once, where a level counts memory by them. */
  readonly streams?: number;
  readonly burstsDueMs?: readonly number[];
  /** Where as many streams are open all the time, milliseconds after the first row. */
  readonly plateau?: Plateau;
}

/** One of those that are held against each other: a client under certain conditions. */
export interface Subject {
  readonly name: string;
  readonly client: Client;
  readonly server: ServerSettings;
  readonly large: RunShape;
  /** A smaller run, and what is learnt from the slope between the two. */
  readonly slope?: {
    readonly measure: 'cpu_us_per_event' | 'kb_per_stream';
    readonly small: RunShape;
  };
}

/**
 * Subjects in the order of pair `index`: forwards, then backwards, so that drift hits all alike.
 */
export function orderOf<T>(subjects: readonly T[], index: number): readonly T[] {
  return index % 2 === 0 ? subjects : subjects.toReversed();
}

/**
 * Runs every subject once a pair, in alternating order. A subject whose run fails is missing from
 * that pair, and `onFailed` is told.
 */
export async function runPairs(
  subjects: readonly Subject[],
  count: number,
  run: (subject: Subject, pair: number) => Promise<Measures>,
  onFailed: (subject: Subject, error: Error) => void,
): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (let index = 0; index < count; index += 1) {
    const pair: Record<string, Measures> = {};
    for (const subject of orderOf(subjects, index)) {
      try {
        pair[subject.name] = await run(subject, index);
      } catch (error) {
        onFailed(subject, error as Error);
      }
    }
    pairs.push(pair);
  }
  return pairs;
}
