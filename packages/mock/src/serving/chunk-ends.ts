/**
 * Whether a chunk ends with this token. As TensorRT-LLM's `stream_interval`: the first token leaves
 * alone, then a chunk at every multiple of the interval, and the rest with the last token.
 *
 * @param token from 1
 */
export function endsChunk(token: number, outputTokens: number, streamInterval: number): boolean {
  return token === 1 || token === outputTokens || token % streamInterval === 0;
}
