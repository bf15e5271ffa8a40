import type { FrontendMetrics, RequestLabels } from '../prometheus/frontend.ts';
import type { RequestLog } from '../journal/request-log.ts';
import type { RouterMetrics } from '../prometheus/router.ts';
import type { OnTokens, ServiceFacts } from '../serving/model.ts';

/** Follows one request through the frontend's metrics. */
export interface Meter {
  /** Passes tokens on and counts those that were sent. */
  around(send: OnTokens): OnTokens;
  /** The request is over. */
  ended(nowNs: number): void;
}

export interface MeterParts {
  readonly metrics: FrontendMetrics;
  readonly routerMetrics: RouterMetrics;
  readonly labels: RequestLabels;
  readonly log: RequestLog;
  readonly facts: ServiceFacts;
}

const SECOND_NS = 1e9;

/** Counts a request as started, with its prompt. Client connect and upload are in no duration. */
export function createMeter({ metrics, routerMetrics, labels, log, facts }: MeterParts): Meter {
  const { model } = labels;
  const { kvHitRate } = facts;
  const startNs = log.bodyNs ?? log.headersNs;
  metrics.started(labels);
  metrics.observe('input_sequence_tokens', model, log.promptTokens ?? 0);
  if (kvHitRate !== undefined) routerMetrics.routed(kvHitRate);

  const firstToken = (nowNs: number): void => {
    const ttftS = (nowNs - startNs) / SECOND_NS;
    metrics.firstToken(model, ttftS);
    metrics.observe('cached_tokens', model, facts.toldCachedTokens);
    if (kvHitRate === undefined) return;
    const { transferNs } = facts;
    if (transferNs !== undefined) routerMetrics.routed(kvHitRate);
    routerMetrics.firstToken(ttftS, transferNs === undefined ? undefined : transferNs / SECOND_NS);
  };

  return {
    around: (send) => (tokens, dueNs) => {
      const lastNs = log.lastTokenNs;
      send(tokens, dueNs);
      const nowNs = log.lastTokenNs;
      if (nowNs === undefined || nowNs === lastNs) return;
      if (lastNs === undefined) firstToken(nowNs);
      else {
        const gapS = (nowNs - lastNs) / tokens / SECOND_NS;
        metrics.observe('inter_token_latency_seconds', model, gapS, tokens);
      }
    },
    ended(nowNs) {
      const hadToken = log.firstTokenNs !== undefined;
      metrics.ended(labels, (nowNs - startNs) / SECOND_NS, errorType(log), hadToken);
      metrics.add('output_tokens_total', { model }, log.tokensSent);
      metrics.observe('output_sequence_tokens', model, log.tokensSent);
    },
  };
}

function errorType(log: RequestLog): string {
  if (log.outcome === 'completed') return '';
  return log.outcome === 'client_gone' ? 'cancelled' : 'internal';
}
