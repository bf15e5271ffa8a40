import { replayOptionsSchema } from '@trace-replay/replayer';
import * as z from 'zod';

import { flagFor, number } from '../../flags/flags.ts';

const shape = {
  blockSize: replayOptionsSchema.shape.blockSize,
  timeUnit: replayOptionsSchema.shape.timeUnit,
  force: z.boolean().optional().describe('replace an output file of another content'),
  json: z.boolean().optional().describe('print JSON'),
};

export const FORCE = flagFor(shape, 'force', '--force');
export const JSON_FORM = flagFor(shape, 'json', '--json');
export const BLOCK_SIZE = flagFor(shape, 'blockSize', '--block-size <tokens>', number);
export const TIME_UNIT = flagFor(shape, 'timeUnit', '--time-unit <unit>');

/** The argument of the verbs that read a trace. */
export const FILE = ['<file>', 'trace: .jsonl, .jsonl.gz, or - for standard input'] as const;

/** Limits that several verbs have, with a sentence of their own where they are not kept. */
export const count = z.int('expected an integer of at least 1').min(1, 'expected at least 1');
export const positive = z.number('expected a number above 0').positive('expected a number above 0');

/** Values of the flags above. */
export type SharedValues = z.output<z.ZodObject<typeof shape>>;
