import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Dialect } from '../dialect/dialect.ts';
import type { JournalKeeper } from '../journal/journal.ts';
import type { RequestLog } from '../journal/request-log.ts';
import type { RequestMetrics } from '../prometheus/request-metrics.ts';
import type { GenerationEndpoint } from '../request/generation-request.ts';
import type { MockOptions } from '../scenario/options.ts';
import type { ChooseScenario } from '../scenario/rules.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ServingModel } from '../serving/model.ts';
import type { MonotonicClock } from '../time/clock.ts';
import type { Timeline } from '../time/timeline.ts';

/** The parts that the requests of one mock share. */
export interface Frontend {
  readonly options: MockOptions;
  readonly dialect: Dialect;
  readonly clock: MonotonicClock;
  readonly timeline: Timeline;
  readonly model: ServingModel;
  readonly journal: JournalKeeper;
  readonly metrics: RequestMetrics;
  readonly chooseScenario: ChooseScenario;
  /** Number of the next generation request, from 1. */
  readonly nextRequest: () => number;
  /** Whether the model is served yet. */
  readonly isReady: () => boolean;
}

/** One generation request on its way through the frontend. */
export interface Exchange {
  readonly frontend: Frontend;
  readonly endpoint: GenerationEndpoint;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly scenario: Scenario;
  readonly log: RequestLog;
}
