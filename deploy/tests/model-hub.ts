import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

export interface ModelHub {
  readonly url: string;
  /** Method, path and token of each request. */
  readonly requests: readonly string[];
  stop(): void;
}

/**
 * A stand-in for huggingface.co with one model: the routes that `hf download` asks for, and files
 * for those who send the token.
 *
 * @param files name → content
 */
export async function startModelHub(
  model: string,
  files: Readonly<Record<string, string>>,
  token: string,
): Promise<ModelHub> {
  const requests: string[] = [];
  const names = Object.keys(files);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://hub');
    const [, given = 'none'] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    requests.push(`${request.method} ${pathname} ${given}`);
    const json = (body: unknown) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    };
    if (given !== token) {
      response.writeHead(401).end();
    } else if (pathname === `/api/models/${model}/revision/main`) {
      json({ id: model, sha: COMMIT, siblings: names.map((rfilename) => ({ rfilename })) });
    } else if (pathname === `/api/models/${model}/tree/${COMMIT}`) {
      json(
        names.map((path) => ({ type: 'file', path, oid: oidOf(path), size: files[path]?.length })),
      );
    } else {
      const name = pathname.replace(`/${model}/resolve/${COMMIT}/`, '');
      const content = files[name];
      if (content === undefined) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, {
        etag: `"${oidOf(name)}"`,
        'content-length': Buffer.byteLength(content),
        'x-repo-commit': COMMIT,
      });
      response.end(request.method === 'HEAD' ? undefined : content);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, stop: () => void server.close() };
}

function oidOf(name: string): string {
  return Buffer.from(name).toString('hex').padEnd(40, '0').slice(0, 40);
}
