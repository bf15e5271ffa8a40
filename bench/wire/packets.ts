/** A TCP packet as it arrived on the loopback interface. */
export interface Packet {
  /** The kernel's stamp, CLOCK_MONOTONIC, whole nanoseconds. */
  readonly atNs: bigint;
  /** Place of its first byte among those of its direction, modulo 2^32. */
  readonly sequence: number;
  readonly clientPort: number;
  readonly isToServer: boolean;
  /** The first packet of a connection, in its direction. */
  readonly opens: boolean;
  readonly payloadBytes: number;
  /** The payload, or its beginning. */
  readonly payload: Buffer;
}

const HEADER_BYTES = 24;
const TO_SERVER = 1;
const OPENS = 2;

/** Packets of a file that `native/capture.c` wrote. */
export function* readPackets(file: Buffer): Generator<Packet> {
  for (let at = 0; at < file.length;) {
    const flags = file.readUInt16LE(at + 14);
    const captured = file.readUInt32LE(at + 20);
    const from = at + HEADER_BYTES;
    yield {
      atNs: file.readBigUInt64LE(at),
      sequence: file.readUInt32LE(at + 8),
      clientPort: file.readUInt16LE(at + 12),
      isToServer: (flags & TO_SERVER) !== 0,
      opens: (flags & OPENS) !== 0,
      payloadBytes: file.readUInt32LE(at + 16),
      payload: file.subarray(from, from + captured),
    };
    at = from + captured;
  }
}
