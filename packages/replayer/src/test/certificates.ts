import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:tls';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its key, PEM texts. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** Certificates for 127.0.0.1, each with one thing right or wrong about it. */
export interface Certificates {
  /** The authority's own certificate, for those who are to trust it. */
  readonly ca: string;
  readonly valid: Identity;
  readonly wrongHost: Identity;
  readonly expired: Identity;
  readonly selfSigned: Identity;
  /** One for a client. */
  readonly client: Identity;
}

/** Makes an authority and what it signs, with the machine's `openssl`: some 0.1 s. */
export function makeCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'trace-replay-certificates-'));
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  const identity = (name: string): Identity => ({
    cert: readFileSync(join(directory, `${name}.crt`), 'utf8'),
    key: readFileSync(join(directory, `${name}.key`), 'utf8'),
  });
  const files = (name: string) => ['-keyout', `${name}.key`, '-subj', `/CN=${name}`];

  function makeOwn(name: string, ...more: string[]): Identity {
    openssl(
      'req',
      '-x509',
      ...newKey,
      ...files(name),
      '-out',
      `${name}.crt`,
      '-days',
      '2',
      ...more,
    );
    return identity(name);
  }

  function makeSigned(name: string, names: string, days = 2): Identity {
    const extension = ['-addext', `subjectAltName=${names}`];
    openssl('req', ...newKey, ...files(name), '-out', `${name}.csr`, ...extension);
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-out', `${name}.crt`, '-days', String(days)],
      ...['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-copy_extensions', 'copy'],
    );
    return identity(name);
  }

  const here = 'IP:127.0.0.1,DNS:localhost';
  try {
    const ca = makeOwn('ca', '-addext', 'basicConstraints=critical,CA:TRUE').cert;
    return {
      ca,
      valid: makeSigned('valid', here),
      wrongHost: makeSigned('wrong-host', 'DNS:elsewhere.example'),
      expired: makeSigned('expired', here, -1),
      selfSigned: makeOwn('self-signed', '-addext', `subjectAltName=${here}`),
      client: makeSigned('client', 'DNS:client.example'),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export interface TlsFront {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Listens with a certificate, and hands what it decrypts to a plain server.
 *
 * @param clientCa authority whose clients alone are let in; anybody is without one
 */
export async function startTlsFront(
  behind: string,
  identity: Identity,
  clientCa?: string,
): Promise<TlsFront> {
  const { hostname, port } = new URL(behind);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  };
  const listener = createTlsServer(
    { ...identity, ...(clientCa !== undefined && { requestCert: true, ca: clientCa }) },
    (socket) => {
      const plain = connect(Number(port), hostname);
      keep(plain);
      socket.pipe(plain).pipe(socket);
    },
  );
  listener.on('connection', keep);
  listener.on('secureConnection', keep);
  listener.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
