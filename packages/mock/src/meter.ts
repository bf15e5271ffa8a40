import type { FrontendMetrics, RequestLabels } from './frontend-metrics.ts';
import type { RequestLog } from './request-log.ts';
import type { OnTokens } from './serving-model.ts';

/** Follows one request through the frontend's metrics. */
export interface Meter {
  /** Passes tokens on and counts those that were sent. */
  around(send: OnTokens): OnTokens;
  /** The request is over. */
  ended(nowNs: number): void;
}

const SECOND_NS = 1e9;

/** Counts a request as started, with its prompt. Client connect and upload are in no duration. */
export function createMeter(
  metrics: FrontendMetrics,
  labels: RequestLabels,
  log: RequestLog,
  cachedTokens: number,
): Meter {
  const { model } = labels;
  const startNs = log.bodyNs ?? log.headersNs;
  metrics.started(labels);
  metrics.observe('input_sequence_tokens', model, log.promptTokens ?? 0);
  metrics.observe('cached_tokens', model, cachedTokens);

  return {
    around: (send) => (tokens, dueNs) => {
      const lastNs = log.lastTokenNs;
      send(tokens, dueNs);
      const nowNs = log.lastTokenNs;
      if (nowNs === undefined || nowNs === lastNs) return;
      if (lastNs === undefined) metrics.firstToken(model, (nowNs - startNs) / SECOND_NS);
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
