import type { Objective } from '@trace-replay/metrics';
import type { ProbePurpose } from '@trace-replay/metrics/internal';

import type { ReplayCommandOptions } from '../flags/replay-flags.ts';
import type { SearchOptions } from './search-options.ts';

/** What a search is to do. */
export interface SearchOrder {
  readonly search: SearchOptions;
  readonly options: ReplayCommandOptions;
  readonly objectives: readonly Objective[];
  /** Directory of the search. */
  readonly root: string;
}

/** What one probe is to do. */
export interface ProbeOrder {
  readonly speed: number;
  readonly seed: number;
  readonly purpose: ProbePurpose;
  readonly rampS: number;
  readonly windowS: number;
  readonly objectives: readonly Objective[];
}
