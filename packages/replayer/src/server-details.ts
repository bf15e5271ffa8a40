import { createBodyWriter, ENDPOINT_PATHS, type BodyOptions } from './client/body.ts';
import { printable } from './printable.ts';
import { ask, type Target } from './target.ts';

/** What the probe found. */
export interface ServerDetails {
  readonly used: boolean;
  /** Why they are not asked for; absent when they are. */
  readonly reason?: string;
}

/**
 * Asks once, before the run, whether the server takes `nvext.extra_fields: ["timing", "worker_id"]`:
 * one request of one token. A server that answers anything but 200 is not asked again.
 */
export async function probeServerDetails(
  target: Target,
  options: Omit<BodyOptions, 'serverDetails'>,
  prompt: Uint8Array,
  signal?: AbortSignal,
): Promise<ServerDetails> {
  const write = createBodyWriter({ ...options, serverDetails: true });
  try {
    const answer = await ask(target, ENDPOINT_PATHS[options.endpoint], {
      body: write(prompt, 1),
      timeoutMs: 30_000,
      signal,
    });
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
