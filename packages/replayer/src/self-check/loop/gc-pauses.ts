import { type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';

/** Garbage collections of one thread. */
export interface GcPauses {
  readonly count: number;
  readonly totalNs: number;
  readonly longestNs: number;
}

/** Watches the garbage collections of the calling thread. */
export function watchGcPauses(): { stop(): GcPauses } {
  let pauses: GcPauses = { count: 0, totalNs: 0, longestNs: 0 };
  const take = (entries: readonly PerformanceEntry[]) => {
    for (const { duration } of entries) {
      const pauseNs = duration * 1e6;
      pauses = mergeGcPauses(pauses, { count: 1, totalNs: pauseNs, longestNs: pauseNs });
    }
  };
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  return {
    stop() {
      take(observer.takeRecords());
      observer.disconnect();
      return pauses;
    },
  };
}

export function mergeGcPauses(a: GcPauses, b: GcPauses): GcPauses {
  return {
    count: a.count + b.count,
    totalNs: a.totalNs + b.totalNs,
    longestNs: Math.max(a.longestNs, b.longestNs),
  };
}
