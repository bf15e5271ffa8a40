import { execFileSync } from 'node:child_process';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';

import { runStateSchema } from '@trace-replay/metrics';
import { createMockServer, type MockServer } from '@trace-replay/mock';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createScratch, runCli, type Scratch, traceText } from '../test/run-cli.ts';

let scratch: Scratch;
let mock: MockServer;
let front: ReturnType<typeof createServer>;
let url: string;
const sockets = new Set<Socket>();

/** A mock behind a certificate that nobody signed but its own key. */
beforeAll(async () => {
  scratch = createScratch();
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', 'own.key', '-out', 'own.crt', '-days', '2', '-subj', '/CN=own'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1'],
    ],
    { cwd: scratch.path, stdio: 'pipe' },
  );
  mock = await createMockServer({ latency: { ttftMs: 5, itlMs: 2 } });
  const { hostname, port } = new URL(mock.url);
  const identity = { cert: scratch.read('own.crt'), key: scratch.read('own.key') };
  front = createServer(identity, (socket) => {
    const plain = connect(Number(port), hostname);
    for (const end of [socket, plain]) {
      sockets.add(end);
      end.on('error', () => undefined);
    }
    socket.pipe(plain).pipe(socket);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(front.address() as AddressInfo).port}`;
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  front.close();
  await mock.stop();
  scratch.remove();
});

async function replayWith(name: string, ...flags: string[]) {
  const trace = scratch.write(`${name}.jsonl`, traceText(3));
  const artifacts = join('artifacts', name);
  const target = ['--trace', trace, '--url', url, '--artifact-dir', join(scratch.path, artifacts)];
  const ended = await runCli([...target, ...flags]);
  const path = scratch
    .files()
    .find((file) => file.startsWith(artifacts) && file.endsWith('run.json'));
  const state = path && runStateSchema.parse(JSON.parse(scratch.read(path)));
  const summary = scratch
    .files()
    .find((file) => file.startsWith(artifacts) && file.endsWith('/summary.json'));
  return { ended, state, said: summary && scratch.read(summary) };
}

test('replay does not start on a certificate that nobody signed, and names the flags', async () => {
  const { ended, state } = await replayWith('plain');
  expect(ended).toMatchObject({ code: 3, stdout: '' });
  expect(ended.stderr).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
  expect(ended.stderr).toContain('Check --url, --ca, --cert, --key and --insecure.');
  expect(state).toBeUndefined();
});

test('replay --insecure accepts it, says so and records it', async () => {
  const { ended, state, said } = await replayWith('insecure', '--insecure');
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain('--insecure: the certificate of the server is not checked.');
  expect(state).toMatchObject({ rows: { ok: 3 }, conditions: { flags: { insecure: true } } });
  // The server's metrics are read in the same way.
  expect(said).toContain('"source": "dynamo_frontend"');
});

test('replay --ca accepts it as its own authority', async () => {
  const { ended, state, said } = await replayWith('ca', '--ca', join(scratch.path, 'own.crt'));
  expect(ended.code).toBe(0);
  expect(ended.stderr).not.toContain('--insecure');
  expect(state).toMatchObject({ rows: { ok: 3 }, conditions: { flags: { insecure: false } } });
  expect(said).toContain('"source": "dynamo_frontend"');
});
