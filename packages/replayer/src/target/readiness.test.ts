import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createMockServer } from '@trace-replay/mock';
import { expect, test } from 'vitest';

import { type Certificates, makeCertificates, startTlsFront } from '../test/certificates.ts';
import { type ReadinessOptions, waitForModel } from './readiness.ts';
import { parseTargetUrl, resolveTarget, type Target } from './target.ts';

function targetAt(url: string): Promise<Target> {
  return resolveTarget({ ...parseTargetUrl(url), headers: {}, tls: {} });
}

/** Waits for a model at a server that answers everything in one way. */
async function waitAt(
  answer: RequestListener,
  options: Partial<ReadinessOptions> = {},
): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const target = await targetAt(`http://127.0.0.1:${port}`);
    return await waitForModel(target, { waitMs: 50, everyMs: 20, ...options });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function listing(...names: string[]): RequestListener {
  return (_request, response) =>
    response.end(JSON.stringify({ object: 'list', data: names.map((id) => ({ id })) }));
}

function refusing(status: number): RequestListener {
  return (_request, response) => response.writeHead(status).end('no');
}

const found: [behaviour: string, names: string[], model: string | undefined, expected: string][] = [
  ['takes the only model', ['a'], undefined, 'a'],
  ['takes the model asked for', ['a', 'b'], 'b', 'b'],
];

test.each(found)('waitForModel() %s', async (_behaviour, names, model, expected) => {
  expect(await waitAt(listing(...names), { model })).toBe(expected);
});

const missing: [
  behaviour: string,
  answer: RequestListener,
  options: Partial<ReadinessOptions>,
  message: string,
][] = [
  [
    'wants one of several',
    listing('a', 'b'),
    {},
    'the server lists "a", "b", expected a model\n  Pass "model"',
  ],
  [
    'says what is listed instead',
    listing('llama-70b', 'embed'),
    { model: 'deepseek-v3' },
    'the server lists "llama-70b", "embed", expected "deepseek-v3"\n  Pass "model" with a name that is',
  ],
  ['says that nothing is listed', listing(), {}, 'the server lists no model after 0 s'],
  ['ends at once on 401', refusing(401), { waitMs: 60_000 }, 'GET /v1/models answered 401'],
  ['ends at once on 403', refusing(403), { waitMs: 60_000 }, 'GET /v1/models answered 403'],
  ['ends at once on 404', refusing(404), { waitMs: 60_000 }, 'GET /v1/models answered 404'],
  ['waits on 503', refusing(503), {}, 'GET /v1/models answered 503 after 0 s'],
  [
    'knows another kind of server',
    (_request, response) => response.end('<html>'),
    { waitMs: 60_000 },
    'it does not look like an OpenAI-compatible server',
  ],
];

test.each(missing)('waitForModel() %s', async (_behaviour, answer, options, message) => {
  await expect(waitAt(answer, options)).rejects.toThrow(message);
});

test('waitForModel() waits until the model is listed, and says so once', async () => {
  const server = await createMockServer({ readyAfterMs: 150 });
  const waits: string[] = [];
  try {
    const model = await waitForModel(await targetAt(server.url), {
      waitMs: 5000,
      everyMs: 50,
      onWaiting: (seen) => waits.push(seen),
    });
    expect(model).toBe('mock-model');
    expect(waits).toEqual(['the server lists no model']);
  } finally {
    await server.stop();
  }
});

test('waitForModel() says that the connection was refused', async () => {
  const target = await targetAt('http://127.0.0.1:1');
  await expect(waitForModel(target, { waitMs: 0 })).rejects.toThrow(
    'Cannot start on "http://127.0.0.1:1": the connection was refused after 0 s, expected a model',
  );
});

const untrusted: [
  fault: string,
  served: Exclude<keyof Certificates, 'ca' | 'client'>,
  wantsClient: boolean,
  code: string,
][] = [
  ['a self-signed certificate', 'selfSigned', false, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['an expired certificate', 'expired', false, 'CERT_HAS_EXPIRED'],
  ['a certificate of another host', 'wrongHost', false, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['a certificate of its own asked for', 'valid', true, 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUI'],
];

test.each(untrusted)(
  'waitForModel() ends at once on %s',
  async (_fault, served, wantsClient, code) => {
    const { ca, ...identities } = makeCertificates();
    const server = await createMockServer();
    const front = await startTlsFront(server.url, identities[served], wantsClient ? ca : undefined);
    try {
      const target = await resolveTarget({
        ...parseTargetUrl(front.url),
        headers: {},
        tls: { ca },
      });
      await expect(waitForModel(target, { waitMs: 60_000 })).rejects.toThrow(
        new RegExp(
          `\\(${code}.*expected a model\n  Check "urls", "tls.ca", "tls.cert", "tls.key" and "tls.insecure"`,
        ),
      );
    } finally {
      await front.stop();
      await server.stop();
    }
  },
);

test('waitForModel() stops waiting when told', async () => {
  const target = await targetAt('http://127.0.0.1:1');
  const signal = AbortSignal.timeout(50);
  await expect(waitForModel(target, { waitMs: 60_000, signal })).rejects.toThrow();
});

test('resolveTarget() names a host that is not known', async () => {
  await expect(targetAt('http://nowhere.invalid:8000')).rejects.toThrow(
    'the host name "nowhere.invalid" could not be resolved',
  );
});
