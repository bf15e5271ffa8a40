import type { IncomingMessage, ServerResponse } from 'node:http';

import { answerWith } from './answer-with.ts';
import type { Exchange, Frontend } from './frontend.ts';
import {
  readGenerationRequest,
  type GenerationEndpoint,
  type GenerationRequest,
} from '../request/generation-request.ts';
import { scriptedRefusal } from './off-script.ts';
import { maxModelTokens } from '../scenario/options.ts';
import { planOutput } from './plan-output.ts';
import { readBody } from '../request/read-body.ts';
import { refuse, refuseBare, sendRefusal, type Refusal } from '../dialect/refusal.ts';
import { scriptOf } from './script.ts';
import { cutSocket } from './wire.ts';

/** Answers one generation request: reads it, checks it, and does what its scenario says. */
export async function generate(
  frontend: Frontend,
  endpoint: GenerationEndpoint,
  connection: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = open(frontend, endpoint, connection, request, response);
  const { scenario, log } = exchange;
  if (scenario.kind === 'cuts' && scenario.at === 'before-body') {
    log.end('faulted', frontend.timeline.nowNs());
    request.resume();
    return cutSocket(request.socket, scenario.how);
  }
  const asked = await readAsked(exchange);
  if (asked === 'aborted') return;
  if ('status' in asked) return refuseExchange(exchange, asked, false);
  const { dialect } = frontend;
  const { defaultOutputTokens } = frontend.options;
  const limits = { maxModelTokens: maxModelTokens(frontend.options), defaultOutputTokens };
  const output = planOutput(asked, scriptOf(scenario, dialect), dialect, limits);
  const refusal = 'status' in output ? output : answerWith(exchange, asked, output);
  if (refusal !== undefined) refuseExchange(exchange, refusal, asked.stream);
}

function open(
  frontend: Frontend,
  endpoint: GenerationEndpoint,
  connection: number,
  request: IncomingMessage,
  response: ServerResponse,
): Exchange {
  const { timeline, journal } = frontend;
  const headersNs = timeline.nowNs();
  const number = frontend.nextRequest();
  const path = request.url ?? '';
  const log = journal.open({ request: number, connection, path, headersNs });
  const arrived = { request: number, path, headers: request.headers };
  const scenario = frontend.chooseScenario(arrived);
  const requestId = request.headers['x-request-id'];
  log.scenario = scenario.kind;
  if (typeof requestId === 'string') log.requestId = requestId;
  response.on('close', () => log.end('client_gone', timeline.nowNs()));
  return { frontend, endpoint, request, response, scenario, log };
}

/** Reads the request, or gives the first reason not to answer it. */
async function readAsked(exchange: Exchange): Promise<GenerationRequest | Refusal | 'aborted'> {
  const { frontend, endpoint, request, scenario, log } = exchange;
  const { options, dialect, timeline } = frontend;
  const { bodyLimitBytes, model, templateTokens } = options;
  const body = await readBody(request, bodyLimitBytes);
  if (body === 'aborted') return body;
  if (body === 'too-large') {
    return refuseBare(413, 'Failed to buffer the request body: length limit exceeded');
  }
  log.bodyNs = timeline.nowNs();
  log.bodyBytes = body.bytes.length;
  log.bodySha256 = body.sha256;
  const refusal = scriptedRefusal(scenario, dialect);
  if (refusal !== undefined) return refusal;
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    return refuseBare(415, 'Expected request with `Content-Type: application/json`');
  }
  if (!frontend.isReady()) return refuse(dialect, 503, 'Model temporarily unavailable');
  const blockTokens = options.deployment?.blockTokens;
  const how = { dialect, model, templateTokens, blockTokens };
  const asked = readGenerationRequest(endpoint, body.bytes, how);
  if (!('status' in asked)) {
    log.promptTokens = asked.promptTokens;
    log.outputTokensAsked = asked.outputTokens;
  }
  return asked;
}

function refuseExchange(exchange: Exchange, refusal: Refusal, stream: boolean): void {
  const { frontend, endpoint, request, response, log } = exchange;
  const isNotFound = refusal.errorType === 'not_found';
  const model = isNotFound ? 'unknown_model' : frontend.options.model;
  frontend.metrics.answered({ model, endpoint, stream }, refusal.errorType);
  log.status = refusal.status;
  log.end('refused', frontend.timeline.nowNs());
  sendRefusal(request, response, refusal);
}
