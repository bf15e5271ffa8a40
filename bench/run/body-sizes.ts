import type { Client } from '../clients/client.ts';
import { runOnce } from './run-once.ts';
import { rowRequests, type ServerKind } from '../servers/server.ts';

/**
 * Bytes of our body for each of the prompt lengths, as a server got them in a run of one request
 * each. The floor then sends bodies of the same size.
 */
export async function measureBodies(
  client: Client,
  inputTokens: Iterable<number>,
  kind: ServerKind,
): Promise<(inputTokens: number) => number> {
  const sizes = new Map<number, number>();
  for (const tokens of inputTokens) {
    const rows = [{ dueMs: 0, inputTokens: tokens, outputTokens: 1 }];
    const server = { ttftMs: 1, itlMs: 1 };
    const { log } = await runOnce({ client, server, rows }, { kind, bodyBytes: () => 0 });
    const [request] = rowRequests(log);
    if (request?.bodyBytes === undefined) {
      throw new Error(`Cannot bench: "${client.name}" sent no prompt of ${tokens} tokens`);
    }
    sizes.set(tokens, request.bodyBytes);
  }
  return (tokens) => {
    const bytes = sizes.get(tokens);
    if (bytes === undefined) throw new RangeError(`No body of ${tokens} tokens was measured`);
    return bytes;
  };
}
