import * as z from 'zod';

import { OptionsError } from '../../errors/errors.ts';
import { formatFloat, formatOneDecimal } from '../../trace/python-format.ts';

const aboveZero = 'expected a finite number above 0';
const multiplier = z.number(aboveZero).positive(aboveZero);
const atLeastOne = 'expected an integer of at least 1';
const count = z.int(atLeastOne).min(1, atLeastOne);
const wholeNumber = z.int('expected an integer');
const fromZero = 'expected an integer of at least 0';
const seed = z.union([z.int(fromZero).min(0, fromZero), z.bigint().min(0n, fromZero)], fromZero);

/** The two generations of datagen: before and since September 2026. */
export const COMPATS = ['old', 'new'] as const;

export type Compat = (typeof COMPATS)[number];

/** Options of `datagen synthesize` with its defaults, without those of the trace learned from. */
export const synthesisOptionsSchema = z.strictObject({
  numRequests: count.default(100_000).describe('requests to make'),
  speedupRatio: multiplier
    .optional()
    .describe('divide the gaps between bursts by this (default: 1)'),
  prefixLenMultiplier: multiplier.default(1).describe('multiply the length of every shared prefix'),
  prefixRootMultiplier: count
    .max(2 ** 32 - 1, 'expected at most 4294967295')
    .default(1)
    .describe('spread the requests over so many copies of the prefix tree'),
  promptLenMultiplier: multiplier
    .default(1)
    .describe('multiply the length, in blocks, of every unique prompt'),
  oslMultiplier: multiplier.default(1).describe('multiply every output length'),
  maxIsl: wholeNumber.optional().describe('drop requests with a longer input, tokens'),
  minIsl: wholeNumber.optional().describe('drop requests with a shorter input, tokens'),
  minOsl: wholeNumber.optional().describe('raise shorter outputs to this, tokens'),
  maxOsl: wholeNumber.optional().describe('cut longer outputs to this, tokens'),
  seed: seed.default(0).describe('seed of the random numbers'),
  maxRejections: count
    .default(10_000)
    .describe('give up after so many requests in a row outside the input lengths'),
});

export type SynthesisOptions = z.input<typeof synthesisOptionsSchema>;
export type ResolvedSynthesisOptions = z.output<typeof synthesisOptionsSchema>;

/**
 * Fills in the defaults and checks what depends on several options.
 *
 * @throws {OptionsError} for the first thing that is wrong
 */
export function resolveSynthesisOptions(options: SynthesisOptions): ResolvedSynthesisOptions {
  const parsed = synthesisOptionsSchema.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0]);
    const value: unknown = options[name as keyof SynthesisOptions];
    throw new OptionsError(
      `Cannot synthesize a trace: "${name}" is ${String(value)}, ${issue?.message}`,
    );
  }
  const { minIsl, maxIsl } = parsed.data;
  if (minIsl !== undefined && maxIsl !== undefined && minIsl > maxIsl) {
    throw new OptionsError(
      `Cannot synthesize a trace: "minIsl" is ${minIsl}, expected at most "maxIsl", ${maxIsl}`,
    );
  }
  return parsed.data;
}

/**
 * The file name of a synthesized trace: that of the recipe, such as
 * `trace_synth_16.00x1+10.00_speedup1_maxisl110000.jsonl`. Every part but the two multipliers of
 * lengths is written as datagen writes it. Two runs can share a name: neither seed nor number of
 * requests is in it, and `oslx` has one decimal.
 *
 * @param stem the source's file name without its suffix
 * @param suffix its last suffix with the point, or nothing
 */
export function synthesisFileName(
  stem: string,
  suffix: string,
  options: ResolvedSynthesisOptions,
): string {
  const { prefixLenMultiplier, prefixRootMultiplier, promptLenMultiplier, oslMultiplier } = options;
  const prefix = `${hundredths(prefixLenMultiplier)}x${prefixRootMultiplier}`;
  const parts = [
    `${stem}_synth`,
    `${prefix}+${hundredths(promptLenMultiplier)}`,
    // Upstream's default is the integer 1, and a given ratio is a float.
    `speedup${options.speedupRatio === undefined ? '1' : formatFloat(options.speedupRatio)}`,
    ...limit('maxisl', options.maxIsl),
    ...limit('minisl', options.minIsl),
    ...limit('minosl', options.minOsl),
    ...limit('maxosl', options.maxOsl),
    ...(oslMultiplier === 1 ? [] : [`oslx${formatOneDecimal(oslMultiplier)}`]),
  ];
  return parts.join('_') + suffix;
}

function limit(name: string, value: number | undefined): string[] {
  return value === undefined ? [] : [`${name}${value}`];
}

/** Two decimals, or more where two would name another number. */
function hundredths(value: number): string {
  const text = value.toFixed(2);
  return Number(text) === value ? text : formatFloat(value);
}
