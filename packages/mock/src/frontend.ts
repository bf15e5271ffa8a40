import type { MonotonicClock } from './clock.ts';
import type { FrontendMetrics } from './frontend-metrics.ts';
import type { JournalKeeper } from './journal.ts';
import type { MetricRegistry } from './metric-registry.ts';
import type { MockOptions } from './options.ts';
import type { RouterMetrics } from './router-metrics.ts';
import type { ArrivedRequest } from './scenario-rules.ts';
import type { Scenario } from './scenario.ts';
import type { ServingModel } from './serving-model.ts';
import type { Timeline } from './timeline.ts';

/** What the requests of one mock share. */
export interface Frontend {
  readonly options: MockOptions;
  readonly clock: MonotonicClock;
  readonly timeline: Timeline;
  readonly model: ServingModel;
  readonly journal: JournalKeeper;
  readonly registry: MetricRegistry;
  readonly metrics: FrontendMetrics;
  readonly routerMetrics: RouterMetrics;
  readonly chooseScenario: (arrived: ArrivedRequest) => Scenario;
  /** Number of the next generation request, from 1. */
  readonly nextRequest: () => number;
  /** Whether the model is served yet. */
  readonly isReady: () => boolean;
}
