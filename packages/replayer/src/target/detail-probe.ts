import { errorInStream } from './refusal-probe.ts';
import { ask, type AskParts, quotable, type Target } from './target.ts';

/** What the probe found. */
export interface DetailProbe {
  readonly used: boolean;
  /** Why they are not asked for; absent when they are. */
  readonly reason?: string;
}

/**
 * Asks once, before the run, whether the server gives `nvext.extra_fields: ["timing","worker_id"]`.
 *
 * @param body a request of one token that asks for them
 * @returns also whether the server took the request: with a 200, and without an error in its stream
 */
export async function probeServerDetails(
  target: Target,
  path: string,
  body: Uint8Array,
  asking: AskParts = {},
): Promise<DetailProbe & { readonly isTaken: boolean }> {
  try {
    const { status, text } = await ask(target, path, { body, timeoutMs: 30_000, ...asking });
    const isTaken = status === 200 && !errorInStream(text);
    if (isTaken && hasDetails(text)) return { used: true, isTaken };
    const answered = `the server answered ${status} ${JSON.stringify(quotable(target, text, 120))}`;
    return { used: false, isTaken, reason: isTaken ? 'the answer has none' : answered };
  } catch (error) {
    asking.signal?.throwIfAborted();
    const reason = `the probe failed (${quotable(target, String(error), 120)})`;
    return { used: false, isTaken: false, reason };
  }
}

/** Whether any event of the answer has one of the fields that were asked for. */
function hasDetails(text: string): boolean {
  return text.split('\n').some((line) => {
    if (!line.startsWith('data:') || !line.includes('nvext')) return false;
    try {
      const { nvext } = JSON.parse(line.slice(5)) as { nvext?: Record<string, unknown> | null };
      return nvext?.['worker_id'] != null || nvext?.['timing'] != null;
    } catch {
      return false;
    }
  });
}
