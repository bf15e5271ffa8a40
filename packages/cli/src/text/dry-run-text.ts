import {
  formatDecimal,
  formatMeasure,
  formatShare,
  formatShort,
} from '@trace-replay/metrics/internal';
import type { DryRun } from '@trace-replay/replayer';
import type { Misfit, TimerFigures } from '@trace-replay/replayer/internal';

import { counted, indented, section, tableLines } from './text-table.ts';

/** A dry run as a page of at most 100 columns. */
export function dryRunText(
  trace: string,
  { assumed, load, machine, misfits, cache }: DryRun,
): string {
  return [
    `${trace}: ${counted(load.rows, 'row')}, nothing sent`,
    ...aligned('The run', loadLines(load)),
    ...aligned('Assumed', [['a row lasts', assumption(assumed)]]),
    ...aligned("The server's prefix cache, cold at first", cacheLines(cache)),
    ...aligned('This machine', machineLines(machine)),
    '',
    ...(misfits.length === 0
      ? ['The run fits into this machine.']
      : [
          'The run does not fit into this machine:',
          ...indented(misfits.flatMap((misfit) => describeMisfit(misfit).split('\n'))),
        ]),
  ].join('\n');
}

function aligned(title: string, lines: readonly (readonly string[])[]): string[] {
  return section(title, tableLines(lines, ['left', 'left']));
}

function loadLines(load: DryRun['load']): string[][] {
  const { burst, meanGapMs, rowsPerSecond } = load;
  const rate =
    rowsPerSecond === undefined ? '' : `, ${formatMeasure(rowsPerSecond)} rows/s on average`;
  const gap =
    meanGapMs !== undefined &&
    `${formatMeasure(meanGapMs)} ms from one due time to the next on average`;
  const bodies =
    `${bytes(load.bodyBytes)} for ${formatDecimal(load.inputTokens)} prompt tokens,` +
    ` the longest ${bytes(load.longestBodyBytes)}`;
  const streams = counted(load.peakStreams, 'stream');
  return [
    ['schedule', `${formatMeasure(load.spanMs / 1000)} s${rate}`],
    ...(gap ? [['gap', gap]] : []),
    ['burst', `${counted(burst.rows, 'row')} at once, ${bytes(burst.bytes)} at once`],
    ['bodies', bodies],
    ['output', `${formatDecimal(load.outputTokens)} tokens`],
    ['peak', `${streams} open, ${formatMeasure(load.peakTokensPerSecond)} tokens/s`],
  ];
}

function cacheLines({ ceiling, expected }: DryRun['cache']): string[][] {
  if (ceiling === undefined) return [['ceiling', 'not known: the trace has too many prefixes']];
  const share = (cachedTokens: number) => formatShare(cachedTokens, ceiling.promptTokens);
  const most = `${share(ceiling.cachedTokens)} of the prompt tokens, in one cache without a limit`;
  if (expected === undefined) {
    return [
      ['ceiling', most],
      ['expected', 'needs --server-workers and --server-cache-tokens'],
    ];
  }
  const { workers, cacheTokens, kvAware, roundRobin } = expected;
  const caches = `${counted(workers, 'cache')} of ${formatDecimal(cacheTokens)} tokens`;
  return [
    ['ceiling', most],
    ['expected', `${share(kvAware.cachedTokens)} with KV-aware routing, in ${caches}`],
    ['', `${share(roundRobin.cachedTokens)} with round robin`],
  ];
}

function assumption({ firstTokenMs, perTokenMs, longestMs }: DryRun['assumed']): string {
  const most = longestMs === undefined ? '' : `, at most ${formatShort(longestMs)} ms`;
  const times = `${formatShort(firstTokenMs)} ms and ${formatShort(perTokenMs)} ms a token`;
  return `${times}${most}: what the objectives allow`;
}

function machineLines(machine: DryRun['machine']): string[][] {
  const { cores, memoryBytes, descriptors, ports, timer, receiveError } = machine;
  const free = ports && ports.range - (ports.timeWait ?? 0);
  return [
    ['cores', formatShort(cores, 2)],
    ['memory', bytes(memoryBytes)],
    [
      'descriptors',
      descriptors === undefined
        ? 'not told'
        : `${formatDecimal(descriptors.limit)}, ${formatDecimal(descriptors.open)} of them in use`,
    ],
    ['ports', free === undefined ? 'not told' : `${formatDecimal(free)} free for each target`],
    ['timer', lateness(timer)],
    ['receiving', lateness(receiveError)],
  ];
}

function lateness(figures: TimerFigures | undefined): string {
  if (figures === undefined) return 'not measured';
  const { count, p50Ms, p99Ms, maxMs } = figures;
  return (
    `late by ${formatMeasure(p50Ms)} ms at p50, ${formatMeasure(p99Ms)} at p99,` +
    ` ${formatMeasure(maxMs)} at most, of ${formatDecimal(count)}, idle`
  );
}

export function describeMisfit(misfit: Misfit): string {
  switch (misfit.kind) {
    case 'descriptors':
      return (
        `It needs ${formatDecimal(misfit.needed)} descriptors and may open` +
        ` ${formatDecimal(misfit.limit)}.\n  Raise ulimit -n.`
      );
    case 'ports':
      return (
        `It needs ${formatDecimal(misfit.needed)} ports for a target and` +
        ` ${formatDecimal(misfit.free)} are free.\n  Raise net.ipv4.ip_local_port_range.`
      );
    case 'cores':
      return (
        `Reading its tokens needs ${formatShort(misfit.needed, 1)} cores and there are` +
        ` ${formatShort(misfit.cores, 2)}.\n  Use more, or shards on several machines.`
      );
    case 'timers': {
      const gap =
        misfit.meanGapMs === undefined
          ? ''
          : `, more than a tenth of the gap of ${formatMeasure(misfit.meanGapMs)} ms`;
      return (
        `The timer is ${formatMeasure(misfit.lateMs)} ms late at p99${gap}.` +
        '\n  Take other work off this machine.'
      );
    }
    case 'memory':
      return `It needs about ${bytes(misfit.neededBytes)} of memory and may use ${bytes(misfit.bytes)}.`;
  }
}

function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const unit = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), units.length - 1);
  return `${formatShort(count / 1000 ** unit, unit === 0 ? 0 : 1)} ${units[unit]}`;
}
