import * as z from 'zod';

import { type FileObjective, objectiveSchema } from './conditions.ts';

/** Why figures that count tokens cannot be measured in a run. */
export const OBSTACLE_KINDS = [
  /** The content of an answer came in one event. */
  'one_event',
  /** Most events of an answer came less than 50 µs after the one before. */
  'read_together',
  /** Nobody counted the output tokens. */
  'length_unknown',
  /** The first event may carry several tokens, and nobody counted them. */
  'first_event_unknown',
  /** The server counted some answers, and chunks stand in for others. */
  'counted_differently',
  /** The tokens of the first arrival are known in some answers, and taken for one in others. */
  'defined_differently',
] as const;

export type ObstacleKind = (typeof OBSTACLE_KINDS)[number];

export const UNMEASURED_FIGURES = ['inter_token_latency', 'goodput'] as const;

export type UnmeasuredFigure = (typeof UNMEASURED_FIGURES)[number];

/** Figures that the rows of a run do not support, and why. */
export interface NotMeasurable {
  /** Left out of the rest of the summary. */
  readonly figures: UnmeasuredFigure[];
  /** Why. */
  readonly reasons: {
    /** Which reason. */
    readonly kind: ObstacleKind;
    /** Ok rows for which it holds; of two ways to count, those of the rarer one. */
    readonly rows: number;
    /** All ok rows. */
    readonly ok: number;
  }[];
  /** By which goodput would be judged. Absent if it is not among the figures. */
  readonly objectives?: FileObjective[] | undefined;
}

export const notMeasurableSchema = z.object({
  figures: z.array(z.enum(UNMEASURED_FIGURES)),
  reasons: z.array(
    z.object({
      kind: z.enum(OBSTACLE_KINDS),
      rows: z.int().positive(),
      ok: z.int().positive(),
    }),
  ),
  objectives: z.array(objectiveSchema).optional(),
}) satisfies z.ZodType<NotMeasurable>;
