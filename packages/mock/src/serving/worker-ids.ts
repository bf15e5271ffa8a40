/** 2^62: ids from here on need 64 bits, as those of real workers do. */
const FIRST_WORKER_ID = 2n ** 62n;

/** Names for so many workers: decimal, because they exceed 2^53. */
export function workerIds(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    String(FIRST_WORKER_ID + BigInt(1 + index * 1_000_003)),
  );
}
