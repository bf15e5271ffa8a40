import { createMockServer, type MockServer } from '@trace-replay/mock';
import type { RequestRecord } from '@trace-replay/metrics';
import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  type Certificates,
  type Identity,
  makeCertificates,
  startTlsFront,
} from '../test/certificates.ts';
import { send, tell } from '../test/perform-request.ts';
import type { TlsOptions } from './transport.ts';

let certificates: Certificates;
let mock: MockServer;

beforeAll(async () => {
  certificates = makeCertificates();
  mock = await createMockServer({ latency: { ttftMs: 5, itlMs: 2 } });
});

afterAll(() => mock.stop());

/** Two requests, one after the other, through a TLS front with this certificate. */
async function sendThrough(
  identity: Identity,
  tls: TlsOptions,
  clientCa?: string,
): Promise<readonly [RequestRecord, RequestRecord]> {
  const front = await startTlsFront(mock.url, identity, clientCa);
  try {
    return (await send(front.url, { requests: 2, tls })) as [RequestRecord, RequestRecord];
  } finally {
    await front.stop();
  }
}

type Served = Exclude<keyof Certificates, 'ca' | 'client'>;

const refused: [fault: string, served: Served, isTrusted: boolean, code: string][] = [
  ['a certificate of another host', 'wrongHost', true, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['an expired certificate', 'expired', true, 'CERT_HAS_EXPIRED'],
  ['a self-signed certificate', 'selfSigned', true, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['an authority that is not trusted', 'valid', false, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
];

test.each(refused)(
  'performRequest() records %s as tls',
  async (_fault, served, isTrusted, code) => {
    const tls = isTrusted ? { ca: certificates.ca } : {};
    for (const record of await sendThrough(certificates[served], tls)) {
      expect(tell(record)).toBe('failed tls');
      expect(record.failure?.code).toBe(code);
      // Nothing of the request, and so no key of its headers, was sent to whoever that was.
      expect(record).not.toHaveProperty('sent_ns');
    }
  },
);

test.each(refused)('performRequest() accepts %s with insecure', async (_fault, served) => {
  const records = await sendThrough(certificates[served], { insecure: true });
  expect(records.map(tell)).toEqual(['ok 4 tokens', 'ok 4 tokens']);
});

test('performRequest() accepts a certificate of an authority it was given, and keeps the socket', async () => {
  const [first, second] = await sendThrough(certificates.valid, { ca: certificates.ca });
  expect([tell(first), tell(second)]).toEqual(['ok 4 tokens', 'ok 4 tokens']);
  expect(first).toMatchObject({ socket_new: true });
  expect(second).toMatchObject({ socket_new: false });
  expect(first.connected_ns ?? 0).toBeGreaterThan(first.connect_started_ns ?? Infinity);
});

test('performRequest() shows its own certificate where one is asked for', async () => {
  const { ca, valid, client } = certificates;
  const records = await sendThrough(valid, { ca, ...client }, ca);
  expect(records.map(tell)).toEqual(['ok 4 tokens', 'ok 4 tokens']);
});

test('performRequest() records as tls that a certificate of its own was asked for', async () => {
  const { ca, valid } = certificates;
  for (const record of await sendThrough(valid, { ca }, ca)) {
    expect(tell(record)).toBe('failed tls');
    expect(record.failure?.code).toMatch(/^ERR_SSL_.*CERTIFICATE_REQUIRED$/);
  }
});
