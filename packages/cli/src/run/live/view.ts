import type { LiveFigures, Quantiles } from './figures.ts';

/**
 * One line about a run that goes on. What does not fit the width is left out from the end.
 *
 * @param width columns; absent for a line that may be as long as it is
 */
export function liveLine(figures: LiveFigures, width?: number): string {
  const { rows, dispatched, inFlight, ok, failed, failures, tokensPerSecond, good } = figures;
  const parts = [
    clock(figures),
    `sent ${dispatched}/${rows}`,
    `in flight ${inFlight}`,
    `ok ${ok}`,
    failed > 0
      ? `failed ${failed} (${failures.map(([name, count]) => `${name} ${count}`).join(', ')})`
      : 'failed 0',
    figures.ttftMs && `TTFT ${pair(figures.ttftMs)} ms`,
    figures.itlMs && `ITL ${pair(figures.itlMs)} ms`,
    good && `good ${((100 * good.count) / good.ended).toFixed(1)} %`,
    tokensPerSecond !== undefined && `${Math.round(tokensPerSecond)} tok/s`,
    figures.lagMs && `lag ${pair(figures.lagMs)} ms`,
  ].filter((part) => typeof part === 'string');
  if (width === undefined) return parts.join(' · ');
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line} · ${part}`;
    if (longer.length > width) break;
    line = longer;
  }
  return line;
}

/** Schedule done and left, or how long the last rows are waited for. */
function clock({ elapsedSeconds, scheduleSeconds }: LiveFigures): string {
  const done = Math.max(0, Math.min(elapsedSeconds, scheduleSeconds));
  const schedule = `${duration(done)} of ${duration(scheduleSeconds)}`;
  const over = elapsedSeconds - scheduleSeconds;
  return over >= 1 ? `${schedule} + ${duration(over)}` : schedule;
}

function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  const pad = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0
    ? `${hours}:${pad(minutes)}:${pad(whole % 60)}`
    : `${minutes}:${pad(whole % 60)}`;
}

function pair({ p50, p99 }: Quantiles): string {
  return `${short(p50)}/${short(p99)}`;
}

function short(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2);
}
