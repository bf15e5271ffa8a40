import { OVERLOADED, refuse, type Refusal } from '../dialect/refusal.ts';
import type { GenerationRequest } from '../request/generation-request.ts';
import { serveDragging } from '../serving/fixed.ts';
import type { OnTokens, Service } from '../serving/model.ts';
import type { Exchange } from './frontend.ts';
import { answerOffScript } from './off-script.ts';
import type { PlannedOutput } from './plan-output.ts';
import { StreamedAnswer } from './streamed-answer.ts';
import { WholeAnswer } from './whole-answer.ts';
import type { AnswerContext } from './wording.ts';

/**
 * Has the model serve a request and sends the tokens, as a stream or whole.
 *
 * @returns the refusal, if the model is overloaded
 */
export function answerWith(
  exchange: Exchange,
  asked: GenerationRequest,
  output: PlannedOutput,
): Refusal | undefined {
  const { frontend, endpoint, response, scenario, log } = exchange;
  const { timeline, metrics, dialect, clock } = frontend;
  let onTokens: OnTokens = () => undefined;
  // A model never calls back before it returns, so the answer can be made afterwards.
  const service = serve(exchange, asked, output, (tokens, dueNs) => onTokens(tokens, dueNs));
  if (service === 'overloaded') {
    return refuse(dialect, OVERLOADED, 'Service temporarily overloaded');
  }

  const { facts } = service;
  log.facts = facts;
  const noUsage = { includeUsage: false, continuousUsage: false };
  const context: AnswerContext = {
    dialect,
    request: output.script.hasUsage ? asked : { ...asked, ...noUsage },
    number: log.arrival.request,
    createdUnixS: Math.floor((clock.zeroUnixMs + log.arrival.headersNs / 1e6) / 1000),
    facts,
  };
  const answer = asked.stream
    ? new StreamedAnswer(exchange, context, output, service)
    : new WholeAnswer(exchange, context, output);
  const counted = metrics.follow(
    { model: asked.model, endpoint, stream: asked.stream },
    log,
    facts,
  );
  onTokens = counted.around((tokens, dueNs) => answer.tokens(tokens, dueNs));
  response.on('close', () => {
    service.cancel();
    counted.ended(timeline.nowNs());
  });
  if (answerOffScript(scenario, response, context, output.outputTokens)) {
    log.status = 200;
    log.end('faulted', timeline.nowNs());
    service.cancel();
  } else if (answer instanceof StreamedAnswer) {
    answer.start();
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
    request: log.arrival.request,
    arrivedNs: log.startNs,
    inputTokens: asked.promptTokens,
    outputTokens,
    blocks: asked.promptBlocks,
  };
  return script.dragMs === undefined
    ? model.serve(work, onTokens)
    : serveDragging(model, timeline, script.dragMs, work, onTokens);
}
