import type { ResourceLimits } from 'node:worker_threads';

/**
 * For the threads beside the senders: what they make is small, or garbage at once. Unlimited, V8 lets
 * the young objects of each take up to 48 MB, and the process keeps hold of all that was once touched.
 * A sender has no limit: docs/decisions/0003 says why.
 */
export const HELPER_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 6 };
