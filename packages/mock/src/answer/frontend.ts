import type { IncomingMessage, ServerResponse } from 'node:http';

import type { MonotonicClock } from '../time/clock.ts';
import type { FrontendMetrics } from '../prometheus/frontend.ts';
import type { JournalKeeper } from '../journal/journal.ts';
import type { RequestLog } from '../journal/request-log.ts';
import type { Endpoint } from '../request/generation-request.ts';
import type { MetricRegistry } from '../prometheus/registry.ts';
import type { MockOptions } from '../scenario/options.ts';
import type { RouterMetrics } from '../prometheus/router.ts';
import type { ArrivedRequest } from '../scenario/rules.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ServingModel } from '../serving/model.ts';
import type { Timeline } from '../time/timeline.ts';

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

/** One generation request on its way through the frontend. */
export interface Exchange {
  readonly frontend: Frontend;
  readonly endpoint: Endpoint;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly scenario: Scenario;
  readonly log: RequestLog;
}
