import { createDraggingServing } from '../serving/dragging.ts';
import type { Exchange } from './frontend.ts';
import type { GenerationRequest } from '../request/generation-request.ts';
import { createMeter } from './meter.ts';
import { answerOffScript } from './off-script.ts';
import type { PlannedOutput } from './plan-output.ts';
import { overloaded, requestIdHeader, type Refusal } from '../dialect/refusal.ts';
import type { Script } from './script.ts';
import type { Sending } from './sending.ts';
import type { OnTokens, Service } from '../serving/model.ts';
import { StreamedAnswer } from './streamed-answer.ts';
import { WholeAnswer } from './whole-answer.ts';
import { createDribblingWire, createHttpWire, type Wire } from './wire.ts';
import { Wording, type Answer } from './wording.ts';

/**
 * Has the model serve a request and sends what it makes, as a stream or whole.
 *
 * @returns why not, if the model is overloaded
 */
export function answerWith(
  exchange: Exchange,
  asked: GenerationRequest,
  output: PlannedOutput,
): Refusal | undefined {
  const { frontend, endpoint, response, scenario, log } = exchange;
  const { timeline, metrics, routerMetrics, options } = frontend;
  let onTokens: OnTokens = () => undefined;
  // A model never calls back before it returns, so what sends the tokens can be made afterwards.
  const service = serve(exchange, asked, output, (tokens, dueNs) => onTokens(tokens, dueNs));
  if (service === 'overloaded') return overloaded(options.dialect);

  const answer = describe(exchange, asked, service);
  const labels = { model: asked.model, endpoint, stream: asked.stream };
  const { facts } = service;
  log.facts = facts;
  const meter = createMeter({ metrics, routerMetrics, labels, log, facts });
  const sending = asked.stream
    ? createStream(exchange, answer, output, service)
    : createWhole(exchange, answer, output);
  onTokens = meter.around((tokens, dueNs) => sending.tokens(tokens, dueNs));
  response.on('close', () => {
    service.cancel();
    sending.abandon();
    meter.ended(timeline.nowNs());
  });
  if (answerOffScript(scenario, response, answer, output.outputTokens)) {
    log.status = 200;
    log.end('faulted', timeline.nowNs());
    service.cancel();
  } else {
    sending.start();
  }
  return undefined;
}

function serve(
  { frontend, log }: Exchange,
  asked: GenerationRequest,
  { script, outputTokens }: PlannedOutput,
  onTokens: OnTokens,
): Service | 'overloaded' {
  const { model, timeline } = frontend;
  const work = {
    request: log.request,
    arrivedNs: log.bodyNs ?? log.headersNs,
    inputTokens: asked.promptTokens,
    outputTokens,
    blocks: asked.promptBlocks,
  };
  const serving =
    script.dragMs === undefined ? model : createDraggingServing(script.dragMs, model, timeline);
  return serving.serve(work, onTokens);
}

function describe({ frontend, log }: Exchange, asked: GenerationRequest, service: Service): Answer {
  return {
    dialect: frontend.options.dialect,
    request: asked,
    number: log.request,
    createdUnixS: Math.floor(toUnixMs(frontend.clock.zeroUnixMs, log.headersNs) / 1000),
    promptTokens: asked.promptTokens,
    facts: service.facts,
  };
}

function createStream(
  exchange: Exchange,
  answer: Answer,
  { script, outputTokens }: PlannedOutput,
  service: Service,
): Sending {
  const { frontend, request, log } = exchange;
  const { timeline, clock } = frontend;
  const continuousUsage = answer.request.continuousUsage && script.hasUsage;
  const wording = new Wording({ ...answer, request: { ...answer.request, continuousUsage } });
  return new StreamedAnswer({
    answer,
    wording,
    script,
    service,
    wire: createWire(exchange, script),
    timeline,
    log,
    outputTokens: script.dragMs === undefined ? outputTokens : Infinity,
    headers: requestIdHeader(request),
    toUnixMs: (ns) => toUnixMs(clock.zeroUnixMs, ns),
  });
}

function createWire({ frontend, request, response }: Exchange, script: Script): Wire {
  const { dribbleMs, framing } = script;
  return dribbleMs === undefined
    ? createHttpWire(response, request.socket, framing)
    : createDribblingWire(request.socket, frontend.timeline, dribbleMs * 1e6);
}

function createWhole(exchange: Exchange, answer: Answer, output: PlannedOutput): Sending {
  const { frontend, request, response, log } = exchange;
  return new WholeAnswer({
    answer,
    response,
    timeline: frontend.timeline,
    log,
    outputTokens: output.outputTokens,
    finishReason: output.script.finishReason,
    headers: requestIdHeader(request),
  });
}

function toUnixMs(zeroUnixMs: number, ns: number): number {
  return zeroUnixMs + ns / 1e6;
}
