import { formatShort } from '@trace-replay/metrics/internal';
import { scaleLinear, scaleLog } from 'd3-scale';

/** One axis of a picture: its values, its words, and where its marks are. */
export interface Axis {
  readonly label: string;
  readonly domain: readonly [low: number, high: number];
  readonly isLog?: boolean;
  /** Seconds since the run's zero, shown as `1:05:00`. */
  readonly isTime?: boolean;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

/** From a value to a pixel; a value outside the domain lies outside the picture. */
export function scaleOf({ domain, isLog }: Axis, from: number, to: number) {
  return (isLog ? scaleLog() : scaleLinear()).domain(domain).range([from, to]);
}

/** From 0 to the next round number above all values. */
export function linearAxis(label: string, highest: number, { count = 5 } = {}): Axis {
  const scale = scaleLinear()
    .domain([0, highest > 0 ? highest : 1])
    .nice(count);
  const [, high = 1] = scale.domain();
  const ticks = scale.ticks(count).map((value) => ({ value, text: formatShort(value, 6) }));
  return { label, domain: [0, high], ticks };
}

/** Marks of a logarithmic axis, with as many in a decade as there is room for. */
const MARKS = [[1, 2, 5], [1, 3], [1]] as const;

/** Over all values above 0; without one, over one decade. */
export function logAxis(label: string, lowest: number, highest: number): Axis {
  const isKnown = lowest > 0 && highest >= lowest && highest < Infinity;
  const [from, to] = isKnown ? [lowest, highest] : [1, 10];
  const decades = Math.log10(to / from);
  const low = decades < 0.3 ? from / 2 : from / 1.1;
  const high = decades < 0.3 ? to * 2 : to * 1.1;
  const marks = decades < 2.5 ? MARKS[0] : decades < 5 ? MARKS[1] : MARKS[2];
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const mark of marks) {
      const value = Number(`${mark}e${power}`);
      if (value >= low && value <= high) ticks.push({ value, text: formatShort(value, 6) });
    }
  }
  return { label, domain: [low, high], isLog: true, ticks };
}

const STEPS_SECONDS = [
  ...[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30],
  ...[60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400],
] as const;

/** The smallest round width in seconds with which at most so many steps fill the span. */
export function roundStep(spanSeconds: number, most: number): number {
  const found = STEPS_SECONDS.find((step) => spanSeconds / step <= most);
  return found ?? 86_400 * Math.ceil(spanSeconds / most / 86_400);
}

/** From the run's zero to its end. */
export function timeAxis(spanSeconds: number): Axis {
  const span = spanSeconds > 0 ? spanSeconds : 1;
  const step = roundStep(span, 9);
  const ticks = Array.from({ length: Math.floor(span / step + 1e-9) + 1 }, (_, index) => {
    const value = index * step;
    return { value, text: formatTime(value) };
  });
  return { label: 'time since the first row was due', domain: [0, span], isTime: true, ticks };
}

/** `0.5 s`, `42 s`, `3:05`, `1:05:00` */
export function formatTime(seconds: number): string {
  if (seconds < 60) return `${formatShort(seconds, 2)} s`;
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}
