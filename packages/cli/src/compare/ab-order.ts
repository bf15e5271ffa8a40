/** One run of a comparison: which side, and which repeat of it, from 0. */
export interface AbTurn {
  readonly side: 0 | 1;
  readonly repeat: number;
}

/**
 * In what order the runs are made: A1 B1 B2 A2 A3 B3 …, so that what changes steadily on the way (a
 * machine that warms up, neighbours that come) falls on both sides alike.
 */
export function abOrder(repeats: number): readonly AbTurn[] {
  return Array.from({ length: repeats }, (_, repeat): AbTurn[] => {
    const turns: AbTurn[] = [
      { side: 0, repeat },
      { side: 1, repeat },
    ];
    return repeat % 2 === 0 ? turns : turns.reverse();
  }).flat();
}
