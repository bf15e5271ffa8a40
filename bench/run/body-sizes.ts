import type { Client } from '../clients/client.ts';
import { runOnce } from './run-once.ts';
import { rowRequests, type ServerKind } from '../servers/server.ts';

/**
 * Bytes of our body by prompt length, as a server got them in a run of one request each, for the
 * shortest and the longest prompt; between them a body grows evenly. The floor then sends bodies of
 * the same size.
 */
export async function measureBodies(
  client: Client,
  inputTokens: Iterable<number>,
  kind: ServerKind,
): Promise<(inputTokens: number) => number> {
  const sizes = new Map<number, number>();
  const lengths = [...inputTokens].sort((a, b) => a - b);
  const ends = [...new Set([lengths[0]!, lengths.at(-1)!])];
  for (const tokens of ends) {
    const rows = [{ dueMs: 0, inputTokens: tokens, outputTokens: 1 }];
    const server = { ttftMs: 1, itlMs: 1 };
    const { log } = await runOnce({ client, server, rows }, { kind, bodyBytes: () => 0 });
    const [request] = rowRequests(log);
    if (request?.bodyBytes === undefined) {
      throw new Error(`Cannot bench: "${client.name}" sent no prompt of ${tokens} tokens`);
    }
    sizes.set(tokens, request.bodyBytes);
  }
  const [shortest, longest] = [ends[0]!, ends.at(-1)!];
  const leastBytes = sizes.get(shortest)!;
  const bytesPerToken = (sizes.get(longest)! - leastBytes) / Math.max(1, longest - shortest);
  return (tokens) => Math.round(leastBytes + (tokens - shortest) * bytesPerToken);
}
