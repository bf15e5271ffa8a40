import { requestIdHeader } from '../dialect/refusal.ts';
import type { Exchange } from './frontend.ts';
import type { PlannedOutput } from './plan-output.ts';
import { wholeAnswer, type AnswerContext } from './wording.ts';

/** One answer as a single JSON body, sent when the last token is made. */
export class WholeAnswer {
  readonly #exchange: Exchange;
  readonly #context: AnswerContext;
  readonly #output: PlannedOutput;
  #made = 0;

  constructor(exchange: Exchange, context: AnswerContext, output: PlannedOutput) {
    this.#exchange = exchange;
    this.#context = context;
    this.#output = output;
  }

  /** Takes tokens that were due at `dueNs`; the last of them sends the answer. */
  tokens(count: number, dueNs: number): void {
    const { frontend, request, response, log } = this.#exchange;
    const { outputTokens, script } = this.#output;
    const { timeline } = frontend;
    this.#made += count;
    if (this.#made < outputTokens) return;
    log.status = 200;
    log.chunk(this.#made, dueNs, timeline.nowNs());
    const body = Buffer.from(wholeAnswer(this.#context, this.#made, script.finishReason));
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': body.length,
      ...requestIdHeader(request),
    });
    response.end(body);
    log.end('completed', timeline.nowNs());
  }
}
