import {
  type Comparison,
  renderComparisonJson,
  renderComparisonMarkdown,
  renderComparisonText,
} from '@trace-replay/metrics';

import type { Io } from '../io/io.ts';

export interface ComparisonForm {
  readonly json?: boolean | undefined;
  readonly markdown?: boolean | undefined;
}

/** The comparison in the form that the flags ask for, as wide and as coloured as stdout allows. */
export function renderComparison(
  comparison: Comparison,
  { json, markdown }: ComparisonForm,
  { stdout }: Io,
  artifacts?: string,
): string {
  if (json === true) return renderComparisonJson(comparison);
  if (markdown === true) return renderComparisonMarkdown(comparison);
  const color = stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  const width = Math.min(stdout.columns ?? 100, 120);
  return renderComparisonText(comparison, { width, color, ...(artifacts && { artifacts }) });
}
