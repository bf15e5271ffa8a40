import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Frontend } from './frontend.ts';
import { encodeJournal } from './journal.ts';
import { refuse, refuseBare, sendRefusal, type Refusal } from './refusal.ts';

/** What a plain route answers: JSON, or text of some type. */
type Reply = { readonly json: unknown } | { readonly type: string; readonly text: string };

interface Route {
  readonly method: 'GET' | 'POST';
  reply(frontend: Frontend): Reply;
}

const ROUTES: Readonly<Record<string, Route>> = {
  '/v1/models': { method: 'GET', reply: listModels },
  '/health': { method: 'GET', reply: health },
  '/live': {
    method: 'GET',
    reply: () => ({ json: { status: 'live', message: 'Service is live' } }),
  },
  '/metrics': {
    method: 'GET',
    reply: ({ metrics }) => ({ type: 'text/plain; version=0.0.4', text: metrics.render() }),
  },
  '/_journal': {
    method: 'GET',
    reply: ({ journal }) => ({
      type: 'application/x-ndjson',
      text: encodeJournal(journal.read()),
    }),
  },
  '/_reset': {
    method: 'POST',
    reply: ({ journal }) => {
      journal.reset();
      return { json: { status: 'reset' } };
    },
  },
};

/** Answers everything but generation: models, health, metrics and the mock's own journal. */
export function answerRoute(
  frontend: Frontend,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume();
  const [path = ''] = (request.url ?? '').split('?', 1);
  const answer = find(frontend, path, request.method ?? 'GET');
  if ('status' in answer) return sendRefusal(request, response, answer);
  const [type, text] =
    'json' in answer
      ? ['application/json', JSON.stringify(answer.json)]
      : [answer.type, answer.text];
  response.writeHead(200, { 'content-type': type }).end(text);
}

function find(frontend: Frontend, path: string, method: string): Reply | Refusal {
  const { dialect } = frontend.options;
  const ready = dialect.readyRoute ? /^\/v1\/models\/(.+)\/ready$/.exec(path) : null;
  const model = (ready?.[1] ?? '').replace(/%2f/gi, '/');
  const route: Route | undefined =
    ready === null ? ROUTES[path] : { method: 'GET', reply: () => readiness(frontend, model) };
  if (route === undefined) return refuse(dialect, 404, `Route not found: ${path}`);
  return route.method === method ? route.reply(frontend) : refuseBare(405);
}

function listModels({ options, clock, isReady }: Frontend): Reply {
  const created = Math.floor((clock.zeroUnixMs + clock.nowNs() / 1e6) / 1000);
  const model = {
    id: options.model,
    object: 'model',
    created,
    owned_by: 'nvidia',
    context_window: options.maxModelTokens ?? 0,
  };
  return { json: { object: 'list', data: isReady() ? [model] : [] } };
}

function health({ options, isReady }: Frontend): Reply {
  const instances = Array.from({ length: isReady() ? options.workers : 0 }, (_, index) => ({
    endpoint: 'generate',
    namespace: 'dynamo',
    component: 'backend',
    instance_id: index + 1,
  }));
  const endpoints = instances.length === 0 ? [] : ['dyn://dynamo.backend.generate'];
  // As Dynamo's frontend: healthy without workers, too.
  return { json: { status: 'healthy', endpoints, instances } };
}

function readiness({ options, isReady }: Frontend, model: string): Reply {
  const ready = isReady() && model === options.model;
  const decode = { workers: options.workers, needs: [] };
  const namespace = {
    ready,
    worker_types: ready ? { decode } : {},
    present: ready ? ['decode'] : [],
    missing_worker_types: [],
  };
  return { json: { model, ready, namespaces: { dynamo: namespace } } };
}
