/**
 * Gives the memory of a body back while undici still holds a reference to it, which it does until
 * the answer ends: 1,000 open streams would keep 200 MB of prompts. Only for a body
 * that the kernel has taken whole, and that owns its buffer.
 */
export function releaseMemory(body: Uint8Array): void {
  const { buffer } = body;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === body.byteLength) {
    structuredClone(buffer, { transfer: [buffer] });
  }
}
