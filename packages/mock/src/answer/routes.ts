import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Frontend } from './frontend.ts';
import { encodeJournal } from '../journal/journal.ts';
import { maxModelTokens } from '../scenario/options.ts';
import { refuse, refuseBare, sendRefusal, type Refusal } from '../dialect/refusal.ts';

/** The answer of a plain route: JSON, or text of some type. */
type Reply = { readonly json: unknown } | { readonly type: string; readonly text: string };

interface Route {
  readonly method: 'GET' | 'POST';
  reply(frontend: Frontend): Reply | Refusal;
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
    reply: ({ journal }) => ({ type: 'application/x-ndjson', text: encodeJournal(journal.read()) }),
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
  const { dialect } = frontend;
  const route = ROUTES[path] ?? ofModel(frontend, path);
  if (route === undefined) return refuse(dialect, 404, `Route not found: ${path}`);
  return route.method === method ? route.reply(frontend) : refuseBare(405);
}

/** `/v1/models/{id}` of OpenAI's API, and Dynamo's `/v1/models/{id}/ready`. */
function ofModel({ dialect }: Frontend, path: string): Route | undefined {
  const [, id] = /^\/v1\/models\/(.+)$/.exec(path.replace(/%2f/gi, '/')) ?? [];
  if (id === undefined) return undefined;
  const [, waitedFor] = (dialect.hasReadyRoute && /^(.+)\/ready$/.exec(id)) || [];
  return {
    method: 'GET',
    reply: (frontend) =>
      waitedFor === undefined ? oneModel(frontend, id) : readiness(frontend, waitedFor),
  };
}

function listModels(frontend: Frontend): Reply {
  return { json: { object: 'list', data: frontend.isReady() ? [describeModel(frontend)] : [] } };
}

function oneModel(frontend: Frontend, id: string): Reply | Refusal {
  const isServed = frontend.isReady() && id === frontend.options.model;
  if (!isServed) return refuse(frontend.dialect, 404, 'Model not found');
  return { json: describeModel(frontend) };
}

function describeModel({ options, clock }: Frontend): object {
  const created = Math.floor((clock.zeroUnixMs + clock.nowNs() / 1e6) / 1000);
  const limit = maxModelTokens(options);
  return {
    id: options.model,
    object: 'model',
    created,
    owned_by: 'nvidia',
    // As Dynamo: 0 for no limit.
    context_window: limit === Infinity ? 0 : limit,
  };
}

function health({ model, isReady }: Frontend): Reply {
  const workers = isReady() ? model.workers() : [];
  const instances = workers.map(({ id, role }) => {
    const component = role === 'prefill' ? 'prefill' : 'backend';
    // Ids exceed 2^53: put in as text, and made integers below.
    return { component, endpoint: 'generate', namespace: 'dynamo', instance_id: id };
  });
  const components = new Set(instances.map(({ component }) => component));
  const endpoints = [...components].map((component) => `dyn://dynamo.${component}.generate`);
  // As Dynamo's frontend: healthy without workers, too.
  const text = JSON.stringify({ status: 'healthy', endpoints, instances });
  const type = 'application/json';
  return { type, text: text.replace(/"instance_id":"(\d+)"/g, '"instance_id":$1') };
}

/** The workers that one of each role needs beside it. */
const NEEDS = { aggregated: [], prefill: [['decode']], decode: [['prefill']] } as const;

function readiness({ options, model: serving, isReady }: Frontend, model: string): Reply {
  const ready = isReady() && model === options.model;
  const roles = ready ? serving.workers().map(({ role }) => role) : [];
  const present = [...new Set(roles)].sort();
  const types = present.map((role) => {
    return [role, { workers: roles.filter((other) => other === role).length, needs: NEEDS[role] }];
  });
  const namespace = {
    ready,
    worker_types: Object.fromEntries(types) as unknown,
    present,
    missing_worker_types: [],
  };
  return { json: { model, ready, namespaces: { dynamo: namespace } } };
}
