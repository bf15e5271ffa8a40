import type { Attributes } from './svg.ts';

/**
 * Every colour by its part in a picture, on light and on dark ground. The data colours follow Okabe
 * and Ito, whose colours the usual forms of colour blindness tell apart.
 */
export const COLORS = {
  ink: ['#1b2733', '#e6ebf0'],
  dim: ['#5b6773', '#9aa7b4'],
  line: ['#d9dee4', '#35404b'],
  ground: ['#ffffff', '#14191f'],
  panel: ['#f5f7f9', '#1c232b'],
  good: ['#0072b2', '#4aa8e0'],
  second: ['#d98a00', '#f0b040'],
  third: ['#009e73', '#35c79d'],
  fourth: ['#a8578a', '#d992c0'],
  bad: ['#c2410c', '#ff8a5c'],
  lost: ['#3f4854', '#b6c0cb'],
  idle: ['#a5afb9', '#66727e'],
} as const satisfies Readonly<Record<string, readonly [light: string, dark: string]>>;

export type Color = keyof typeof COLORS;

/** Filled with a colour: a page's style sheet may replace it, a file alone has the light one. */
export function filled(color: Color): Attributes {
  return { fill: COLORS[color][0], class: `f-${color}` };
}

/** Drawn as a line of a colour. */
export function stroked(color: Color, width = 1.5): Attributes {
  return { stroke: COLORS[color][0], class: `s-${color}`, 'stroke-width': width, fill: 'none' };
}
