import type { Objective } from '../record/objectives.ts';
import type { RequestRecord } from '../record/record.ts';
import type { SearchProbe } from '../schemas/search.ts';
import { flightGrowth, type ProbeRow, type ProbeWindow } from './measure-window.ts';
import { probeRowOf } from './probe-row.ts';
import { shareOf } from './share.ts';

type EarlyStop = NonNullable<SearchProbe['stopped']>;

export interface WatchedProbe extends ProbeWindow {
  readonly objectives: readonly Objective[];
  /** Share of good rows that the probe has to reach. */
  readonly target: number;
  /** Rows that are due in its window. */
  readonly windowRows: number;
}

/** Time over which a backlog has to grow, s. */
const GROWTH_S = 30;
/** Rows in flight and TTFT grow by this share of themselves at least over that time. */
const GROWN = 0.5;

/**
 * Follows the records of a probe and says when it has failed. There is no early pass: only what
 * cannot become one ends a probe.
 */
export class OverloadWatch {
  readonly #probe: WatchedProbe;
  readonly #ended: ProbeRow[] = [];
  #bad = 0;

  constructor(probe: WatchedProbe) {
    this.#probe = probe;
  }

  /**
   * @param inFlightDueNs due times of the rows that were sent and have not ended
   * @returns why the probe has failed; nothing while it may still pass
   */
  add(record: RequestRecord, inFlightDueNs: Iterable<number>): EarlyStop | undefined {
    const { rampS, windowS, objectives, target, windowRows } = this.#probe;
    const row = probeRowOf(record, objectives);
    this.#ended.push(row);
    const isCounted = row.dueNs >= rampS * 1e9 && row.dueNs < (rampS + windowS) * 1e9;
    if (!isCounted || row.isGood) return undefined;
    this.#bad += 1;
    const afterS = (row.endedNs ?? row.dueNs) / 1e9;
    if (this.#bad > (1 - target) * windowRows) return { reason: 'bad_rows', after_s: afterS };
    if (!this.#isBacklogGrowing(afterS, inFlightDueNs)) return undefined;
    return { reason: 'backlog', after_s: afterS };
  }

  /** Rows in flight and TTFT grow, and the share of what has ended is below the target for sure. */
  #isBacklogGrowing(nowS: number, inFlightDueNs: Iterable<number>): boolean {
    const { rampS, target } = this.#probe;
    if (nowS < rampS + GROWTH_S) return false;
    const counted = this.#ended.filter(({ dueNs }) => dueNs >= rampS * 1e9);
    const good = counted.filter(({ isGood }) => isGood).length;
    const share = shareOf([{ rows: counted.length, good }]);
    if (share === undefined || share.high >= target) return false;
    const fromNs = (nowS - GROWTH_S) * 1e9;
    const open = Array.from(inFlightDueNs, (dueNs): ProbeRow => {
      return { dueNs, isOk: false, isGood: false, inputTokens: 0 };
    });
    const grown = flightGrowth([...this.#ended, ...open], fromNs, nowS * 1e9) * GROWTH_S;
    if (grown < (GROWN / (1 + GROWN)) * open.length) return false;
    const middleNs = fromNs + (GROWTH_S * 1e9) / 2;
    const recent = this.#ended.filter(({ endedNs = 0 }) => endedNs >= fromNs);
    const isEarly = ({ endedNs = 0 }: ProbeRow) => endedNs < middleNs;
    const [early, late] = [recent.filter(isEarly), recent.filter((row) => !isEarly(row))];
    return meanTtftMs(late) > (1 + GROWN / 2) * meanTtftMs(early);
  }
}

/** NaN without a row that has one. */
function meanTtftMs(rows: readonly ProbeRow[]): number {
  const known = rows.flatMap(({ ttftMs }) => ttftMs ?? []);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
