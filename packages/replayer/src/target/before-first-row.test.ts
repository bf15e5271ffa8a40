import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { ReplayOptions } from '../options.ts';
import { replay } from '../replay.ts';
import { WHOLE_ANSWER } from '../test/perform-request.ts';
import { withOpenAddress } from './open-address.ts';
import { waitForModel } from './readiness.ts';
import { parseTargetUrl, resolveTarget } from './target.ts';

/** What a scripted server got. */
interface Got {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

type Script = (got: Got, response: ServerResponse) => void;

const EVENTS = WHOLE_ANSWER.split('\r\n\r\n')[1]!;

function answer(response: ServerResponse, status: number, value: unknown, location?: string): void {
  response.writeHead(status, location === undefined ? {} : { location }).end(JSON.stringify(value));
}

function streamed(response: ServerResponse, before = ''): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(before + EVENTS);
}

/** A server that lists model "m" and serves every request, unless the script answers first. */
async function serve(script: Script, host = '127.0.0.1') {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (bytes) => (text += String(bytes)));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: JSON.parse(text || '{}') as Got['body'] };
      got.push(one);
      script(one, response);
      if (response.writableEnded) return;
      if (method === 'GET') answer(response, 200, { data: [{ id: 'm' }] });
      else streamed(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { got, port, url: `http://127.0.0.1:${port}` };
}

let directory = '';
let ends: (() => void)[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'trace-replay-'));
  ends = [() => rmSync(directory, { recursive: true })];
});
afterEach(() => {
  for (const end of ends) end();
});

/** Replays three rows and gives their outcomes. */
async function outcomes(url: string, options: Partial<ReplayOptions> = {}, more: object[] = []) {
  const rows = [0, 1, 2].map((index) =>
    JSON.stringify({ timestamp: index, input_length: 5, output_length: 1, ...more[index] }),
  );
  const trace = join(directory, 'trace.jsonl');
  writeFileSync(trace, rows.join('\n'));
  const found: string[] = [];
  const run = replay({ trace, urls: [url], waitForModelSeconds: 60, ...options });
  for await (const { outcome } of run) found.push(outcome);
  return found;
}

const OK = ['ok', 'ok', 'ok'];

/** Refuses fields by name, as hosted APIs do. */
const refusing =
  (...fields: string[]): Script =>
  ({ method, body }, response) => {
    const bad = fields.find((field) => body[field] !== undefined && body[field] !== null);
    if (method === 'POST' && bad !== undefined) {
      answer(response, 400, { error: { message: `property '${bad}' is unsupported` } });
    }
  };

const refusals: [fields: string[], given: Partial<ReplayOptions>, advice: string][] = [
  [['nvext', 'ignore_eos', 'min_tokens'], {}, 'Pass "outputLength" cap: the server'],
  [
    ['nvext', 'ignore_eos', 'max_tokens'],
    {},
    'Pass "outputLength" cap and "maxTokensField" max_completion_tokens: the server',
  ],
  [
    ['max_tokens', 'nvext'],
    { outputLength: 'cap' },
    'Pass "maxTokensField" max_completion_tokens: the server',
  ],
  [
    ['nvext', 'max_completion_tokens'],
    { outputLength: 'cap', maxTokensField: 'max_completion_tokens' },
    'Pass "maxTokensField" max_tokens: the server',
  ],
  [['nvext', 'ignore_eos', 'stream_options'], {}, 'cap and "body" {"stream_options":null}: the'],
  [['messages'], {}, 'Check "urls", "endpoint", "body" and "model".'],
];

test.each(refusals)(
  'replay() does not start at a server that refuses %j',
  async (fields, given, advice) => {
    const { got, url } = await serve(refusing(...fields));
    await expect(outcomes(url, given)).rejects.toThrow(
      new RegExp(
        `answered 400 .*property '\\w+' is unsupported.*expected 200.*\n  .*${advice.replace(/[{}]/g, '.')}`,
      ),
    );
    // Nothing but the list and probes of one token.
    const lengths = got.map(({ body }) => body['max_tokens'] ?? body['max_completion_tokens'] ?? 1);
    expect(new Set(lengths)).toEqual(new Set([1]));
  },
);

/** What a server puts into a 200 stream in place of an answer, where a field is asked for. */
const streamRefusals: [what: string, field: string, data: string, outcome: string | RegExp][] = [
  [
    'a code, and options that help',
    'ignore_eos',
    '{"error":{"code":400,"message":"ignore_eos is unsupported"}}',
    /answered 200 with the error 400 "ignore_eos is unsupported" in its stream .*\n {2}Pass "outputLength" cap/,
  ],
  [
    'no code, and options that help',
    'min_tokens',
    '{"error":"min_tokens is unsupported"}',
    /answered 200 with the error "min_tokens is unsupported" in its stream .*\n {2}Pass "outputLength" cap/,
  ],
  [
    'a type, and nothing that helps',
    'messages',
    '{"error":{"type":"invalid_request_error","message":"no"}}',
    /the error invalid_request_error "no" in its stream .*\n {2}Check "urls", "endpoint"/,
  ],
  [
    'the words of another framework',
    'messages',
    '{"detail":"Not authenticated","status":401}',
    /the error 401 "Not authenticated" in its stream .*\n {2}Pass a key by "apiKey"/,
  ],
  ['no code, and nothing that helps', 'messages', '{"error":"no"}', 'failed'],
  ['a fault of its own', 'messages', '{"error":{"code":503,"message":"no"}}', 'failed'],
  [
    'a limit of size',
    'messages',
    '{"error":{"code":400,"message":"exceeds the context"}}',
    'failed',
  ],
];

test.each(streamRefusals)(
  'replay() at a server whose stream refuses with %s',
  async (_what, field, data, outcome) => {
    const { url } = await serve(({ method, body }, response) => {
      if (method !== 'POST' || body[field] === undefined) return;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`data: ${data}\n\ndata: [DONE]\n\n`);
    });
    const replayed = outcomes(url);
    if (typeof outcome === 'string') expect(await replayed).toEqual([outcome, outcome, outcome]);
    else await expect(replayed).rejects.toThrow(outcome);
  },
);

test('replay() asks every target once, and for details only where all give them', async () => {
  const giving: Script = ({ method }, response) => {
    if (method === 'POST')
      streamed(response, 'data: {"choices":[],"nvext":{"timing":{"a":1}}}\n\n');
  };
  const [one, other, strict] = [
    await serve(giving),
    await serve(() => undefined),
    await serve(refusing('nvext', 'ignore_eos')),
  ];
  const both = [one.url, other.url, one.url];
  expect(await outcomes(one.url, { urls: both })).toEqual(OK);
  const posts = [one, other].map(({ got }) => got.filter(({ method }) => method === 'POST'));
  expect(posts.map((bodies) => bodies.map(({ body }) => 'nvext' in body))).toEqual([
    [true, false, false],
    [true, false],
  ]);
  await expect(outcomes(one.url, { urls: [one.url, strict.url] })).rejects.toThrow(
    `Cannot start on "${strict.url}": POST /v1/chat/completions answered 400`,
  );
});

test('replay() starts at a strict server with the options that it is advised to pass', async () => {
  const strict = refusing('nvext', 'ignore_eos', 'min_tokens', 'max_tokens');
  const { got, url } = await serve(strict);
  const advised = { outputLength: 'cap', maxTokensField: 'max_completion_tokens' } as const;
  expect(await outcomes(url, advised)).toEqual(OK);
  expect(await outcomes(url, { server: 'openai' })).toEqual(OK);
  expect(got.at(-1)?.body).toMatchObject({ max_completion_tokens: 1 });
  expect(got.at(-1)?.body).not.toHaveProperty('nvext');
});

const statuses: [status: number, location: string | undefined, outcome: string | RegExp][] = [
  [401, undefined, /answered 401 .*\n {2}Pass a key by "apiKey"/],
  [404, undefined, /answered 404 .*\n {2}Check "urls", "path", "endpoint" and "model"/],
  [405, undefined, /answered 405 .*\n {2}Check "urls" and "path"/],
  [307, 'https://llm.example.org/v1/x', /answered 307 to "https:\/\/llm\.example\.org\/v1\/x"/],
  [429, undefined, 'failed'],
  [503, undefined, 'failed'],
  [500, undefined, 'failed'],
];

test.each(statuses)(
  'replay() at a server that answers %i to every POST',
  async (status, location, outcome) => {
    const { url } = await serve(({ method }, response) => {
      if (method === 'POST') answer(response, status, { error: { message: 'no' } }, location);
    });
    const replayed = outcomes(url);
    if (typeof outcome === 'string') expect(await replayed).toEqual([outcome, outcome, outcome]);
    else await expect(replayed).rejects.toThrow(outcome);
  },
);

const details: [what: string, before: string, asked: boolean][] = [
  ['gives them', 'data: {"choices":[],"nvext":{"worker_id":{"decode_worker_id":5}}}\n\n', true],
  ['gives timing alone', 'data: {"choices":[],"nvext":{"timing":{"ttft_ms":5}}}\n\n', true],
  ['ignores the question', '', false],
  [
    'speaks of them in the text',
    'data: {"choices":[{"delta":{"content":"nvext worker_id"}}]}\n\n',
    false,
  ],
  ['gives nothing in them', 'data: {"choices":[],"nvext":{"worker_id":null}}\n\n', false],
];

test.each(details)('replay() asks for nvext where the server %s', async (_what, before, asked) => {
  const { got, url } = await serve(({ method }, response) => {
    if (method === 'POST') streamed(response, before);
  });
  expect(await outcomes(url)).toEqual(OK);
  expect(got.slice(2).map(({ body }) => 'nvext' in body)).toEqual([asked, asked, asked]);
});

const lists: [what: string, status: number, value: unknown][] = [
  ['is a bare array', 200, [{ id: 'm', object: 'model', type: 'chat' }]],
  ['is not there', 404, { detail: 'Not Found' }],
  ['may not be asked for', 405, { detail: 'Method Not Allowed' }],
  ['is an error of the gateway', 500, { error: { message: 'no key' } }],
];

test.each(lists)(
  'replay() needs the model alone where the list %s',
  async (_what, status, value) => {
    const { url } = await serve(({ method }, response) => {
      if (method === 'GET') answer(response, status, value);
    });
    expect(await outcomes(url, { model: 'm', waitForModelSeconds: 0 })).toEqual(OK);
    if (status === 200) return;
    // An error of the gateway may pass, so it is waited for.
    const said = status === 500 ? ' after 0 s' : ` "${JSON.stringify(value)}"`;
    const waitForModelSeconds = status === 500 ? 0 : 60;
    await expect(outcomes(url, { waitForModelSeconds })).rejects.toThrow(
      `GET /v1/models answered ${status}${said}`,
    );
  },
);

test.each([401, 403, 308])(
  'replay() ends the wait at once on %i, with or without a model',
  async (status) => {
    const { got, url } = await serve(({ method }, response) => {
      const location = status === 308 ? 'https://llm.example.org/v1/models' : undefined;
      if (method === 'GET') answer(response, status, { detail: 'away' }, location);
    });
    for (const options of [{}, { model: 'm' }]) {
      await expect(outcomes(url, options)).rejects.toThrow(
        status === 308
          ? 'GET /v1/models answered 308 to "https://llm.example.org/v1/models"'
          : `GET /v1/models answered ${status} "{"detail":"away"}"`,
      );
    }
    expect(got).toHaveLength(2);
  },
);

test('replay() suggests the closest name for a model that is not listed', async () => {
  const { url } = await serve(({ method }, response) => {
    if (method === 'GET')
      answer(response, 200, { data: [{ id: 'embed' }, { id: 'org/Llama-70B' }] });
  });
  await expect(outcomes(url, { model: 'llama-70' })).rejects.toThrow(
    'the server lists "embed", "org/Llama-70B", expected "llama-70"\n' +
      '  Pass "model" with a name that is listed, such as "org/Llama-70B".',
  );
});

const places: [
  what: string,
  suffix: string,
  options: Partial<ReplayOptions>,
  get: string,
  post: string,
][] = [
  ['a base', '', {}, '/v1/models', '/v1/chat/completions'],
  [
    'a query',
    '/a?api-version=1',
    {},
    '/a/v1/models?api-version=1',
    '/a/v1/chat/completions?api-version=1',
  ],
  ['a path without /v1', '/d/chat/completions?v=2', {}, '/d/models?v=2', '/d/chat/completions?v=2'],
  [
    '--path',
    '/a',
    { path: '/api/v3/chat/completions' },
    '/a/api/v3/models',
    '/a/api/v3/chat/completions',
  ],
  ['--path of another kind', '', { path: '/generate' }, '/v1/models', '/generate'],
];

test.each(places)('replay() sends to %s', async (_what, suffix, options, get, post) => {
  const { got, url } = await serve(() => undefined);
  expect(await outcomes(url + suffix, options)).toEqual(OK);
  expect([...new Set(got.map((one) => `${one.method} ${one.url}`))]).toEqual([
    `GET ${get}`,
    `POST ${post}`,
  ]);
});

test('replay() sends a Host header, and connects elsewhere', async () => {
  const { got, port, url } = await serve(() => undefined);
  expect(await outcomes(url, { headers: { Host: 'llm.example.org' } })).toEqual(OK);
  expect(await outcomes('http://llm.invalid:8000', { connectTo: `127.0.0.1:${port}` })).toEqual(OK);
  expect([...new Set(got.map(({ headers }) => headers.host))]).toEqual([
    'llm.example.org',
    'llm.invalid:8000',
  ]);
});

test('replay() asks for the model that a row names', async () => {
  const listing: Script = ({ method }, response) => {
    if (method === 'GET') answer(response, 200, { data: [{ id: 'a' }, { id: 'b' }] });
  };
  const rows = [{ model: 'a' }, { model: 'b' }, {}];
  const { got, url } = await serve(listing);
  expect(await outcomes(url, { modelPerRow: true, model: 'b' }, rows)).toEqual(OK);
  const asked = got.filter(({ method }) => method === 'POST').slice(1);
  expect(asked.map(({ body }) => body['model']).sort()).toEqual(['a', 'b', 'b']);
  await expect(outcomes(url, { modelPerRow: true }, [{ model: 'c' }])).rejects.toThrow(
    'the server lists "a", "b", expected "c"',
  );
  await expect(outcomes(url, { modelPerRow: true }, [{ model: 5 }])).rejects.toThrow(
    'line 1: "model" is no text, expected the name of a model',
  );
});

test('replay() sends the session of a row in a header', async () => {
  const { got, url } = await serve(() => undefined);
  const rows = [{ session_id: 's 1' }, { session_id: 7 }, {}];
  expect(await outcomes(url, { sessionHeader: 'X-Session' }, rows)).toEqual(OK);
  const sent = got.filter(({ method }) => method === 'POST').slice(1);
  expect(sent.map(({ headers }) => String(headers['x-session'])).sort()).toEqual([
    '7',
    's%201',
    'undefined',
  ]);
});

test('withOpenAddress() takes the address that accepts, and messages name all of them', async () => {
  const { url, port } = await serve(() => undefined);
  const parsed = { ...parseTargetUrl(`http://two.example:${port}`), headers: {}, tls: {} };
  const resolve = () =>
    Promise.resolve([
      { address: '127.0.0.9', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]);
  const target = await resolveTarget(parsed, resolve);
  expect(target.address.address).toBe('127.0.0.9');
  expect((await withOpenAddress(target)).address.address).toBe('127.0.0.1');
  expect(await waitForModel(target, { waitMs: 0 })).toBe('m');
  expect(url).toContain('127.0.0.1');
  const closed = { ...target, origin: 'http://two.example:1', url: 'http://two.example:1' };
  await expect(waitForModel(closed, { waitMs: 0 })).rejects.toThrow(
    'the connection was refused at 127.0.0.9 and 127.0.0.1 after 0 s',
  );
});
