import { z } from 'zod';

const urls = z.array(z.string().min(1)).min(1);
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/, {
  error: 'expected letters, digits, ".", "_" and "-", at most 96',
});

/** What a comparison of two servers is told beyond the replays that it is made of. */
export const abOptionsSchema = z.strictObject({
  a: urls.describe('base URL of the first server; several times for several frontends of it'),
  b: urls.describe('base URL of the second server, held against the first'),
  aName: name.default('a').describe('name of the first server in reports and directories'),
  bName: name.default('b').describe('name of the second server'),
  repeat: z
    .int()
    .min(1)
    .max(100)
    .default(1)
    .describe('runs of each server; the next has the next seed; three or more can name a winner'),
  name: name.default('ab').describe('name of the directory'),
  json: z.boolean().default(false).describe('print comparison.json'),
  markdown: z.boolean().default(false).describe('print Markdown'),
});

export type AbOptions = z.output<typeof abOptionsSchema>;
