import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { UsageError } from '../io/errors.ts';
import type { OwnMetrics } from './own-metrics.ts';

/** A page for a Prometheus, as long as the run goes on. */
export interface MetricsServer {
  /** `http://127.0.0.1:9464/metrics` */
  readonly url: string;
  close(): void;
}

/**
 * Serves `/metrics`. Its loop is the one that takes records in; those that send and read have
 * threads of their own.
 *
 * @param port 0 for any
 * @throws {UsageError} if nobody can listen there
 */
export async function serveMetrics(
  metrics: OwnMetrics,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const [path] = (request.url ?? '').split('?');
    if (path !== '/metrics' || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('See /metrics.\n');
      return;
    }
    void metrics.page().then(({ type, text }) => {
      response.writeHead(200, { 'content-type': type }).end(text);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const what = WHY[error.code ?? ''] ?? error.message;
      const place = `--metrics-host "${host}" --metrics-port "${port}"`;
      reject(new UsageError(`Cannot listen on ${place}: ${what}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
  // Nothing here keeps a run from ending.
  server.unref();
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}/metrics`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'it is taken, expected a free port',
  EADDRNOTAVAIL: 'it is no address of this machine, expected one',
  EACCES: 'permission denied, expected a port that this user may take',
  ENOTFOUND: 'the name is not known, expected an address',
};
