import type { ResourceLimits } from 'node:worker_threads';

/**
 * Unlimited, V8 lets the young objects of each thread take up to 48 MB, and the process keeps hold
 * of all that was once touched. Of a sender with half of it, collections come twice as often, and
 * the longest, which delays stamps, is a third to a half shorter: docs/decisions/0003.
 */
export const SENDER_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 24 };

/** What the threads beside the senders make is small, or garbage at once. */
export const HELPER_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 6 };
