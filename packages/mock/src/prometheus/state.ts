import { MetricRegistry } from './registry.ts';
import type { ServingState } from '../serving/model.ts';

const PREFIX = 'dynamo_frontend_';

export interface ModelState {
  readonly model: string;
  readonly isReady: boolean;
  /** 0 for no limit, as Dynamo writes it. */
  readonly contextTokens: number;
  readonly serving: ServingState;
}

/**
 * The gauges of `/metrics` that tell how things are now: the model's limits, the workers' loads.
 */
export function renderState({ model, isReady, contextTokens, serving }: ModelState): string {
  const registry = new MetricRegistry();
  const gauge = (name: string, labels: Readonly<Record<string, string>>, value: number) =>
    registry.add('gauge', PREFIX + name, labels, value);
  gauge('model_ready', { model }, Number(isReady));
  gauge('model_context_length', { model }, contextTokens);
  const { limits, workers, isKvAware } = serving;
  if (limits !== undefined) {
    gauge('model_kv_cache_block_size', { model }, limits.blockTokens);
    gauge('model_total_kv_blocks', { model }, limits.cacheBlocks);
    gauge('model_max_num_seqs', { model }, limits.maxSequences);
    gauge('model_max_num_batched_tokens', { model }, limits.stepTokens);
  }
  for (const { id, role, activeBlocks = 0, prefillTokens = 0 } of isKvAware ? workers : []) {
    // A worker that does both phases counts as one that decodes.
    const worker_type = role === 'prefill' ? 'prefill' : 'decode';
    const labels = { dp_rank: '0', worker_id: id, worker_type };
    gauge('worker_active_decode_blocks', labels, activeBlocks);
    gauge('worker_active_prefill_tokens', labels, prefillTokens);
  }
  return registry.render();
}
