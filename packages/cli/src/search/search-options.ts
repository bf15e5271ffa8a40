import { DEPLOYMENT_NAMES } from '@trace-replay/mock';
import * as z from 'zod';

const duration = z.number('expected a time such as 30s, 5m or 1h');

/** Options of a search beyond those of the replays that it is made of. */
export const searchOptionsSchema = z.strictObject({
  target: z
    .number('expected a share of rows above 0 and below 1')
    .gt(0)
    .lt(1)
    .default(0.95)
    .describe('share of rows that have to be good, counted from the schedule'),
  precision: z
    .number('expected a ratio above 0, such as 0.05')
    .gt(0)
    .max(1)
    .default(0.05)
    .describe('end when the speeds that keep and miss the target differ by this share'),
  from: z.number('expected a speed').positive().default(1).describe('first speed'),
  rampSeconds: duration
    .nonnegative()
    .default(30)
    .describe('time at the start of a probe whose rows are sent and not counted'),
  windowSeconds: duration.positive().default(60).describe('time in which rows are counted'),
  maxProbes: z.int().positive().max(1000).default(20).describe('most probes, repeats included'),
  maxTimeSeconds: duration
    .positive()
    .default(3600)
    .describe('longest time, with the repeats and the replay at the end'),
  recoveryLimitSeconds: duration
    .nonnegative()
    .default(120)
    .describe('longest wait after a probe until the server is as fast as at rest; 0 for none'),
  resetUrl: z
    .url('expected a URL')
    .optional()
    .describe('URL that empties the caches of the server; called by POST before each probe'),
  final: z
    .boolean()
    .default(true)
    .describe('leave out the replay of the whole trace at the speed found'),
  resume: z.string().min(1).optional().describe('directory of a search to go on with'),
  simulate: z
    .enum(DEPLOYMENT_NAMES)
    .optional()
    .describe('search a modelled deployment in virtual time; no --url is needed'),
  deployment: z.unknown().optional().describe('change its parameters, with --simulate'),
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/, 'expected letters, digits, ".", "_" and "-"')
    .default('search')
    .describe('name in the directory of the search'),
  json: z.boolean().default(false).describe('print search.json instead of the report'),
});

export type SearchOptions = z.output<typeof searchOptionsSchema>;
