import { measureBodies } from './body-sizes.ts';
import type { Level } from '../levels/level.ts';
import { runPairs } from '../levels/pairs.ts';
import type { Parties } from './parties.ts';
import type { LevelResult } from './results.ts';
import { runSubject } from './run-subject.ts';
import { judgeTarget } from '../figures/targets.ts';

export interface LevelOptions {
  readonly pairs: number;
  readonly isQuick: boolean;
  readonly say: (text: string) => void;
}

/** Runs one level: all its subjects, so many pairs, and holds the targets against them. */
export async function runLevel(
  level: Level,
  { kind, clients }: Parties,
  { pairs: count, isQuick, say }: LevelOptions,
): Promise<LevelResult> {
  const subjects = level.subjects(clients, isQuick);
  const lengths = subjects.flatMap(({ large }) => large.rows.map((row) => row.inputTokens));
  const bodyBytes = await measureBodies(clients.replay, new Set(lengths), kind);
  const failures: { subject: string; message: string }[] = [];
  const verdicts: LevelResult['verdicts'][number][] = [];
  const pairs = await runPairs(
    subjects,
    count,
    async (subject, index) => {
      say(`${level.name}: pair ${index + 1} of ${count}, ${subject.name}`);
      const { measures, verdict } = await runSubject(subject, { kind, bodyBytes });
      if (verdict !== undefined) verdicts.push({ subject: subject.name, ...verdict });
      return measures;
    },
    ({ name }, { message }) => {
      failures.push({ subject: name, message });
      say(`${level.name}: ${name} failed: ${message}`);
    },
  );
  return {
    name: level.name,
    title: level.title,
    subjects: subjects.map(({ name }) => name),
    pairs,
    targets: level.targets(clients).map((target) => judgeTarget(target, pairs)),
    verdicts,
    failures,
  };
}
