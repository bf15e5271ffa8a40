import { z } from 'zod';

/** What the command is told beyond the replay itself: objectives, artifacts, progress, gates. */
export const runOptionsSchema = z.strictObject({
  goodput: z
    .string()
    .default('time_to_first_token:20000 inter_token_latency:50')
    .describe('objectives in ms that a good request keeps, as tag:limit pairs'),
  artifactDir: z.string().min(1).default('artifacts').describe('directory for the runs'),
  name: z.string().default('replay').describe('name of the run'),
  progress: z
    .enum(['auto', 'plain', 'none'])
    .default('auto')
    .describe('live line on a terminal, a line every 10 s elsewhere'),
  json: z.boolean().default(false).describe('print summary.json instead of the report'),
  failIf: z
    .array(z.string())
    .default([])
    .describe('exit 4 if this holds of the summary, such as "goodput.fraction<0.95"'),
});

export type RunOptions = z.output<typeof runOptionsSchema>;
