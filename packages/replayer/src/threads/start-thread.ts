import { fileURLToPath } from 'node:url';
import { type ResourceLimits, Worker, type WorkerOptions } from 'node:worker_threads';

/*
 * V8 settings. Unlimited, the young objects of a thread take up to 48 MB, and the process keeps all
 * memory that was once touched. Measured in docs/decisions/0003. Elsewhere: `releaseMemory` frees
 * the buffers of bodies, and the command line sets `--no-memory-reducer` before threads start.
 */

/** A sender collects twice as often as without a limit; its longest pause is a third shorter. */
export const SENDER_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 24 };

/** Objects of the other threads are small or die young. */
const HELPER_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 6 };

/** The one entry of a bundle (scripts/bundle.mjs), which reads in `argv` whose thread it is. */
declare const BUNDLE_FILE: string | undefined;

/**
 * Starts a thread at its compiled entry, also when this module runs from its source: Node 20 runs
 * no TypeScript.
 *
 * @param entry module below `src`, without extension
 */
export function startThread(entry: string, options: WorkerOptions = {}): Worker {
  const directory = import.meta.url.endsWith('.ts') ? '../../dist/' : '../';
  const file =
    typeof BUNDLE_FILE === 'undefined'
      ? fileURLToPath(new URL(`${directory}${entry}.js`, import.meta.url))
      : BUNDLE_FILE;
  return new Worker(file, { argv: [entry], resourceLimits: HELPER_LIMITS, ...options });
}
