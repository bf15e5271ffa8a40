import type { Packet } from './packets.ts';

/** When the bytes of one request and its answer were on the wire, CLOCK_MONOTONIC, ns. */
export interface WireTimes {
  /** From the connection's first packet to the server's, ns; absent if it was open before. */
  readonly connectNs?: number;
  /** The first byte of the request. */
  readonly sentNs: bigint;
  /** The end of each event with content. */
  readonly contentNs: readonly bigint[];
}

interface Exchange {
  readonly connectNs?: number;
  readonly sentNs: bigint;
  readonly contentNs: bigint[];
}

interface Connection {
  openedNs?: bigint;
  connectNs?: number;
  /** The next byte of each direction; what lies before it was sent again. */
  nextToServer?: number;
  nextToClient?: number;
  /** Bytes of the request's body that are still to come. */
  bodyBytes: number;
  exchange?: Exchange;
  /** Of the answer, what follows the last end of an event. */
  rest: string;
}

/** An event of the referee with content; the last one has a finish reason, that of usage none. */
const HAS_CONTENT = '"finish_reason":null';
const END_OF_EVENT = '\n\n';

/**
 * Finds the requests of a capture by their `x-request-id`. One without a name, such as a question
 * about readiness, is left out.
 */
export function wireTimesOf(packets: Iterable<Packet>): ReadonlyMap<string, WireTimes> {
  const connections = new Map<number, Connection>();
  const found = new Map<string, Exchange>();
  for (const packet of packets) {
    const { clientPort, isToServer, opens, payload } = packet;
    let connection = connections.get(clientPort);
    if (connection === undefined || (opens && isToServer)) {
      connection = { bodyBytes: 0, rest: '' };
      connections.set(clientPort, connection);
    }
    if (opens) noteOpening(connection, packet);
    const fresh = freshBytes(connection, packet);
    if (fresh === 0) continue;
    if (isToServer) readRequest(connection, packet, fresh, found);
    else readAnswer(connection, payload.subarray(payload.length - fresh), packet.atNs);
  }
  return found;
}

function noteOpening(connection: Connection, { isToServer, atNs }: Packet): void {
  if (isToServer) connection.openedNs = atNs;
  else if (connection.openedNs !== undefined) {
    connection.connectNs = Number(atNs - connection.openedNs);
  }
}

/** So many bytes at the end of a packet's payload were not there before. */
function freshBytes(connection: Connection, packet: Packet): number {
  const { isToServer, opens, sequence, payloadBytes } = packet;
  const key = isToServer ? 'nextToServer' : 'nextToClient';
  const expected = connection[key] ?? sequence;
  const end = (sequence + payloadBytes + (opens ? 1 : 0)) >>> 0;
  // Sequence numbers wrap: the sign of the difference tells which is later.
  if (((end - expected) | 0) <= 0) return 0;
  connection[key] = end;
  return Math.min(payloadBytes, (end - expected) >>> 0);
}

function readRequest(
  connection: Connection,
  { payload, payloadBytes, atNs }: Packet,
  fresh: number,
  found: Map<string, Exchange>,
): void {
  if (connection.bodyBytes > 0) {
    connection.bodyBytes -= fresh;
    return;
  }
  const head = payload.toString('latin1');
  const end = head.indexOf('\r\n\r\n');
  const length = /^content-length: *(\d+)/im.exec(head)?.[1] ?? '0';
  connection.bodyBytes = Number(length) - (payloadBytes - (end + 4));
  connection.rest = '';
  const { connectNs } = connection;
  delete connection.connectNs;
  const exchange = { sentNs: atNs, contentNs: [], ...(connectNs !== undefined && { connectNs }) };
  connection.exchange = exchange;
  const id = /^x-request-id: *(\S+)/im.exec(head)?.[1];
  if (id !== undefined) found.set(id, exchange);
}

function readAnswer(connection: Connection, bytes: Buffer, atNs: bigint): void {
  const pieces = (connection.rest + bytes.toString('latin1')).split(END_OF_EVENT);
  connection.rest = pieces.pop() ?? '';
  for (const event of pieces) {
    if (event.includes(HAS_CONTENT)) connection.exchange?.contentNs.push(atNs);
  }
}
