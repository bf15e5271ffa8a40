/** Milliseconds of a unit. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `90s`, `1.5m`, `1h`, `500ms` → seconds; a bare number is seconds. NaN for anything else. */
export function seconds(text: string): number {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim());
  return found ? (Number(found[1]) * UNITS[found[2] ?? 's']!) / 1000 : Number.NaN;
}
