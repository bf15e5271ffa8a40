import type { ServerResponse } from 'node:http';

import type { RequestLog } from '../journal/request-log.ts';
import type { Sending } from './sending.ts';
import type { Timeline } from '../time/timeline.ts';
import { wholeAnswer, type Answer } from './wording.ts';

export interface WholeParts {
  readonly answer: Answer;
  readonly response: ServerResponse;
  readonly timeline: Timeline;
  readonly log: RequestLog;
  readonly outputTokens: number;
  readonly finishReason: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** One answer as a single JSON body, sent when the last token is made. */
export class WholeAnswer implements Sending {
  readonly #parts: WholeParts;
  #made = 0;

  constructor(parts: WholeParts) {
    this.#parts = parts;
  }

  start(): void {
    // Nothing leaves before the last token.
  }

  tokens(count: number, dueNs: number): void {
    const { answer, response, timeline, log, outputTokens, finishReason, headers } = this.#parts;
    this.#made += count;
    if (this.#made < outputTokens) return;
    log.status = 200;
    log.chunk(this.#made, dueNs, timeline.nowNs());
    const body = Buffer.from(wholeAnswer(answer, this.#made, finishReason));
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': body.length,
      ...headers,
    });
    response.end(body);
    log.end('completed', timeline.nowNs());
  }

  abandon(): void {
    this.#parts.log.end('client_gone', this.#parts.timeline.nowNs());
  }
}
