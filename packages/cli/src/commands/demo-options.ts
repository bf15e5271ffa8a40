import { formatObjectives, parseObjectives } from '@trace-replay/metrics';
import { z } from 'zod';

import { runOptionsSchema } from '../flags/command-options.ts';

/** What the demonstration is told beyond what a comparison is. */
export const demoOptionsSchema = z.strictObject({
  timeScale: z
    .number()
    .min(0.01)
    .max(1)
    .default(0.05)
    .describe('multiply every time: 0.05 is twenty times as fast as life'),
  repeat: z.int().min(1).max(100).default(3).describe('runs of each deployment'),
  prefixCache: z
    .enum(['on', 'off'])
    .default('off')
    .describe('of the aggregated deployment, whether it uses blocks again'),
});

export type DemoOptions = z.output<typeof demoOptionsSchema>;

/** The standard objectives, as much shorter as everything else is. */
export function scaledObjectives(timeScale: number): string {
  const standard = parseObjectives(runOptionsSchema.shape.goodput.parse(undefined));
  return formatObjectives(
    standard.map(({ metric, limitMs }) => ({ metric, limitMs: limitMs * timeScale })),
  );
}
