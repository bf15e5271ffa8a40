import { connect } from 'node:net';

/** What one raw exchange left behind. */
export interface RawExchange {
  readonly bytes: Buffer;
  /** The bytes as UTF-8. */
  readonly text: string;
  /** The connection was closed, was reset, or was silent and open when we left. */
  readonly ended: 'fin' | 'rst' | 'open';
  /** How many reads the bytes came in. */
  readonly reads: number;
}

export interface RawRequest {
  readonly path?: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Silence after which we leave, in milliseconds. */
  readonly quietMs?: number;
}

/** Sends one request over a bare socket and reads until the end, a reset or silence. */
export function exchangeRaw(port: number, request: RawRequest = {}): Promise<RawExchange> {
  const { path = '/v1/chat/completions', method = 'POST', body = '', quietMs = 250 } = request;
  const headers = {
    host: `127.0.0.1:${port}`,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
    ...request.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const leave = (ended: RawExchange['ended']) => {
      clearTimeout(timer);
      socket.destroy();
      const bytes = Buffer.concat(parts);
      resolve({ bytes, text: bytes.toString('utf8'), ended, reads: parts.length });
    };
    const timer = setTimeout(() => leave('open'), quietMs);
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
    socket.on('data', (part) => {
      parts.push(part);
      timer.refresh();
    });
    socket.on('end', () => leave('fin'));
    socket.on('error', () => leave('rst'));
  });
}

/** A chat body that the mock accepts, with changes. */
export function chatBody(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    model: 'mock-model',
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: 4,
    messages: [{ role: 'user', content: 'alpha beta gamma' }],
    ...changes,
  });
}

/** Takes chunked framing off the body of a whole exchange; throws where it is broken. */
export function bodyOf({ bytes }: Pick<RawExchange, 'bytes'>): string {
  const headEnd = bytes.indexOf('\r\n\r\n') + 4;
  const parts: Buffer[] = [];
  for (let at = headEnd; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString(), 16);
    if (!(size >= 0)) throw new SyntaxError(`no chunk at byte ${at}`);
    if (size === 0) return Buffer.concat(parts).toString('utf8');
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

/** Data of the events of a body whose lines end in LF. */
export function dataOf(body: string): string[] {
  return body
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => event.slice('data: '.length));
}
