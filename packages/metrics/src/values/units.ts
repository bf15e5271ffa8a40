/** The one table that converts and formats times, counts and shares. */

export const NS_PER_MS = 1e6;
export const NS_PER_SECOND = 1e9;

/** Integer nanoseconds → milliseconds, as the next to seconds: the nearest double. */
export function nsToMs(ns: number): number {
  return ns / NS_PER_MS;
}

export function nsToSeconds(ns: number): number {
  return ns / NS_PER_SECOND;
}

/** Milliseconds → the nearest whole nanosecond: `1.005 * 1e6` alone is 1004999.9999999999. */
export function msToNs(ms: number): number {
  return Math.round(ms * NS_PER_MS);
}

/** A number with grouped digits and so many decimals: `12,031` or `1,234.50`. */
export function formatDecimal(value: number, decimals = 0): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && Number(value.toFixed(decimals)) !== 0 ? `-${text}` : text;
}

/** Three decimals under 10, fewer above: at most seven characters below ten million. */
export function formatMeasure(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  // Where rounding carries into the next decade (9.9996 → 10.00), so does the precision.
  if (size < 9.9995) return formatDecimal(value, 3);
  if (size < 99.995) return formatDecimal(value, 2);
  return formatDecimal(value, size < 9999.95 ? 1 : 0);
}

/** A value that reads well in a sentence: `20,000`, `0.5`, `12.25`; at most so many decimals. */
export function formatShort(value: number, decimals = 3): string {
  return formatDecimal(value, decimals)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/** A part of a whole in percent; says "> 99.9 %" rather than 100 when it is not all of it. */
export function formatShare(part: number, whole: number): string {
  const percent = formatDecimal((100 * part) / whole, 1);
  if (percent === '100.0') return part === whole ? '100 %' : '> 99.9 %';
  if (percent === '0.0') return part === 0 ? '0 %' : '< 0.1 %';
  return `${percent} %`;
}
