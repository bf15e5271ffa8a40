import type { Objective } from '@trace-replay/metrics';
import type { ProbePurpose } from '@trace-replay/metrics/internal';

/** What one probe is to do. */
export interface ProbeOrder {
  readonly speed: number;
  readonly seed: number;
  readonly purpose: ProbePurpose;
  readonly rampS: number;
  readonly windowS: number;
  readonly objectives: readonly Objective[];
}
