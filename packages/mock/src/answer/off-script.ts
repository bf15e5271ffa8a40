import type { ServerResponse } from 'node:http';

import type { Dialect } from '../dialect/dialect.ts';
import { refuse, type Refusal } from '../dialect/refusal.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { cutSocket } from './wire.ts';
import { wholeAnswer, type AnswerContext } from './wording.ts';

/** The status that the scenario asks for instead of an answer, if it asks for one. */
export function scriptedRefusal(scenario: Scenario, dialect: Dialect): Refusal | undefined {
  if (scenario.kind !== 'refuses') return undefined;
  const { status, message = `Refused with ${status}`, retryAfterS, location } = scenario;
  const headers = {
    ...(retryAfterS !== undefined && { 'retry-after': String(retryAfterS) }),
    ...(location !== undefined && { location }),
  };
  return refuse(dialect, status, message, headers);
}

/**
 * Answers at once with something other than a stream, where the scenario asks for it.
 *
 * @returns whether it did
 */
export function answerOffScript(
  scenario: Scenario,
  response: ServerResponse,
  context: AnswerContext,
  outputTokens: number,
): boolean {
  const { socket } = response;
  if (scenario.kind === 'misframes' && scenario.as === 'not-http') {
    socket?.write('+OK this is not HTTP\r\n');
    if (socket !== null) cutSocket(socket, 'fin');
    return true;
  }
  if (scenario.kind !== 'mislabels' || scenario.as === 'gzip') return false;
  const [type, body] = mislabelled(scenario.as, context, outputTokens);
  response.writeHead(200, { 'content-type': type }).end(body);
  return true;
}

function mislabelled(
  as: 'json' | 'html' | 'json-error',
  context: AnswerContext,
  outputTokens: number,
): [type: string, body: string] {
  switch (as) {
    case 'json':
      return ['application/json', wholeAnswer(context, outputTokens, 'length')];
    case 'html':
      return ['text/html', '<!doctype html><title>Sign in</title><p>Sign in to go on.'];
    case 'json-error': {
      const error = { message: 'Out of memory', type: 'internal_server_error', code: 500 };
      return ['application/json', JSON.stringify({ error })];
    }
  }
}
