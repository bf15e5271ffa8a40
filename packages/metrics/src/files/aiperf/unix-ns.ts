/**
 * Instants of a run as nanoseconds of Unix time. These are near 1.8e18 and so above 2^53: they are
 * BigInt, and go into a file as digits.
 *
 * @param zeroUnixMs wall clock at the run's zero, ms; a fraction counts down to the nanosecond
 * @returns instant in whole ns since the zero → ns since the Unix epoch
 */
export function unixNsFrom(zeroUnixMs: number): (instantNs: number) => bigint {
  const wholeMs = Math.floor(zeroUnixMs);
  const restNs = Math.round((zeroUnixMs - wholeMs) * 1e6);
  const zeroNs = BigInt(wholeMs) * 1_000_000n + BigInt(restNs);
  return (instantNs) => zeroNs + BigInt(instantNs);
}
