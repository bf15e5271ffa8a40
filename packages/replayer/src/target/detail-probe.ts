import { printable } from '../errors/printable.ts';
import { ask, type Target } from './target.ts';

/** What the probe found. */
export interface DetailProbe {
  readonly used: boolean;
  /** Why they are not asked for; absent when they are. */
  readonly reason?: string;
}

/**
 * Asks once, before the run, whether the server takes `nvext.extra_fields: ["timing","worker_id"]`.
 *
 * @param body a request of one token that asks for them
 */
export async function probeServerDetails(
  target: Target,
  path: string,
  body: Uint8Array,
  signal?: AbortSignal,
): Promise<DetailProbe> {
  try {
    const answer = await ask(target, path, { body, timeoutMs: 30_000, signal });
    if (answer.status === 200) return { used: true };
    return {
      used: false,
      reason: `the server answered ${answer.status} ${JSON.stringify(printable(answer.text, 120))}`,
    };
  } catch (error) {
    signal?.throwIfAborted();
    return { used: false, reason: `the probe failed (${printable(String(error), 120)})` };
  }
}
