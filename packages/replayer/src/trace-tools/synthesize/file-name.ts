import type { Compat, ResolvedSynthesisOptions } from './options.ts';
import { formatFloat, formatGeneral, formatOneDecimal } from '../../trace/python-format.ts';

/**
 * The file name that datagen gives its output. Two runs can share one: neither seed nor number of
 * requests is in it, `oslx` has one decimal,
 * and the old era cuts the prefix multiplier to an integer.
 *
 * @param stem the source's file name without its suffix
 * @param suffix its last suffix with the point, or nothing
 */
export function synthesisFileName(
  stem: string,
  suffix: string,
  compat: Compat,
  options: ResolvedSynthesisOptions,
): string {
  const { prefixLenMultiplier, prefixRootMultiplier, promptLenMultiplier, oslMultiplier } = options;
  const prefix =
    compat === 'new'
      ? formatGeneral(prefixLenMultiplier)
      : String(BigInt(Math.trunc(prefixLenMultiplier)));
  const parts = [
    `${stem}_synth`,
    `${prefix}x${prefixRootMultiplier}+${formatFloat(promptLenMultiplier)}`,
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
