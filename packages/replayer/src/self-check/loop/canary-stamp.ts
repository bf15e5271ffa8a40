/** A reading of `process.hrtime()` as it goes over the canary's socket: two little-endian words. */
export type HrTime = readonly [seconds: number, ns: number];

export const STAMP_BYTES = 8;

/** @param bytes `STAMP_BYTES` of them, which are written over; new ones unless given */
export function writeStamp(
  [seconds, ns]: HrTime,
  bytes: Buffer = Buffer.allocUnsafe(STAMP_BYTES),
): Buffer {
  bytes.writeUInt32LE(seconds, 0);
  bytes.writeUInt32LE(ns, 4);
  return bytes;
}

/** Takes a socket's pieces, which may hold many stamps or a part of one, and gives the stamps. */
export function createStampReader(onStamp: (stamp: HrTime) => void): (piece: Buffer) => void {
  let rest: Buffer | undefined;
  return (piece) => {
    const bytes = rest === undefined ? piece : Buffer.concat([rest, piece]);
    const whole = bytes.length - (bytes.length % STAMP_BYTES);
    for (let at = 0; at < whole; at += STAMP_BYTES) {
      onStamp([bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)]);
    }
    // A copy: the next read may go into the same buffer.
    rest = whole < bytes.length ? Buffer.from(bytes.subarray(whole)) : undefined;
  };
}

export function differenceNs(later: HrTime, earlier: HrTime): number {
  return (later[0] - earlier[0]) * 1e9 + (later[1] - earlier[1]);
}
