import type { Dialect, WordedError } from '../dialect/dialect.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Cut, Framing } from './wire.ts';
import type { Wording } from './wording.ts';

/** Places in a stream at which something can happen. */
export type Point =
  | 'before-headers'
  | 'after-headers'
  | 'mid-event'
  | 'after-tokens'
  | 'after-finish'
  | 'before-done'
  | 'after-done';

/** The stream as an interruption sees it. */
export interface Stream {
  readonly wording: Wording;
  /** Sends an event and lets the stream go on. */
  send(event: string): void;
  /** Sends bytes outside the body's framing. */
  sendRaw(bytes: string): void;
  /** Sends nothing more for this long; for ever when absent. */
  hold(forMs: number | undefined): void;
  /** Ends the answer here, in order. */
  endEarly(): void;
  /** Ends the connection, here. */
  cut(how: Cut): void;
}

/** Something that happens once, at one point of the stream. */
export interface Interruption {
  readonly at: Point;
  /** For `mid-event` and `after-tokens`: only once this many tokens were sent. */
  readonly afterTokens: number;
  act(stream: Stream): void;
}

/** How a streamed answer differs from a healthy one. */
export interface Script {
  readonly framing: Framing;
  /** Bytes ahead of the status line. */
  readonly preface: string;
  /** Headers that come on top or instead. */
  readonly headers: Readonly<Record<string, string>>;
  /** The answer goes out one byte every so many milliseconds; absent for whole writes. */
  readonly dribbleMs?: number;
  /** A token every so many milliseconds without end; absent for the model's own pace. */
  readonly dragMs?: number;
  /** Added to the number of tokens asked for. */
  readonly extraTokens: number;
  /** Null for an answer without one. */
  readonly finishReason: string | null;
  readonly hasContent: boolean;
  readonly hasUsage: boolean;
  readonly hasDone: boolean;
  readonly interruption?: Interruption;
}

const HEALTHY: Script = {
  framing: 'chunked',
  preface: '',
  headers: {},
  extraTokens: 0,
  finishReason: 'length',
  hasContent: true,
  hasUsage: true,
  hasDone: true,
};

/** The script of a scenario. Scenarios that answer otherwise leave the stream healthy. */
export function scriptOf(scenario: Scenario, dialect: Dialect): Script {
  return { ...HEALTHY, ...changesOf(scenario, dialect) };
}

function changesOf(scenario: Scenario, dialect: Dialect): Partial<Script> {
  switch (scenario.kind) {
    case 'healthy':
    case 'refuses':
      return {};
    case 'cuts': {
      const { at, afterTokens, how, framing } = scenario;
      if (at === 'before-body') return {};
      return { framing, interruption: { at, afterTokens, act: (stream) => stream.cut(how) } };
    }
    case 'stalls': {
      const { at, afterTokens, forMs } = scenario;
      return { interruption: { at, afterTokens, act: (stream) => stream.hold(forMs) } };
    }
    case 'drags':
      return { dragMs: scenario.everyMs };
    case 'dribbles':
      return { dribbleMs: scenario.everyMs };
    case 'misframes':
      return misframed(scenario.as);
    case 'mislabels':
      return scenario.as === 'gzip' ? { headers: { 'content-encoding': 'gzip' } } : {};
    case 'errors': {
      const { code, message, form, afterTokens } = scenario;
      const error = { code, message, type: 'internal_server_error' };
      return after(afterTokens, (stream) => sendError(stream, error, form));
    }
    case 'loses-worker':
      return after(scenario.afterTokens, (stream) => {
        sendError(stream, dialect.workerDeath, 'data');
      });
    case 'garbles': {
      const { as, bytes, afterTokens } = scenario;
      const data = as === 'oversized' ? oversized(bytes) : '{"choices":[{"index":0,"delta":{';
      return after(afterTokens, (stream) => stream.send(stream.wording.event(data)));
    }
    case 'finishes':
      return { finishReason: scenario.reason };
    case 'miscounts':
      return { extraTokens: scenario.by };
    case 'withholds':
      return {
        hasContent: !scenario.what.startsWith('content'),
        hasUsage: !scenario.what.endsWith('usage'),
        hasDone: scenario.what !== 'done',
      };
    case 'repeats': {
      const again = ({ wording }: Stream) =>
        scenario.what === 'done' ? wording.done() : (wording.tokens({ from: 0, count: 1 }) ?? '');
      const act = (stream: Stream) => stream.send(again(stream));
      return { interruption: { at: 'after-done', afterTokens: 0, act } };
    }
  }
}

/** Sends an error in one of the forms of Dynamo's history, and ends as that form does. */
export function sendError(
  stream: Stream,
  error: WordedError,
  form: Extract<Scenario, { kind: 'errors' }>['form'],
): void {
  const { wording } = stream;
  const isData = form === 'data' || form === 'data-continues';
  stream.send(isData ? wording.error(error) : wording.commentedEvent('error', error.message));
  if (form === 'data') stream.send(wording.done());
  if (form === 'data' || form === 'event-ends') stream.endEarly();
}

function after(afterTokens: number, act: (stream: Stream) => void): Partial<Script> {
  return { interruption: { at: 'after-tokens', afterTokens, act } };
}

function misframed(as: Extract<Scenario, { kind: 'misframes' }>['as']): Partial<Script> {
  switch (as) {
    case 'not-http':
      return {};
    case 'long-header':
      return { headers: { 'x-long': 'x'.repeat(20 * 1024) } };
    case 'unasked-100':
      return { preface: 'HTTP/1.1 100 Continue\r\n\r\n' };
    case 'early-hints':
      return { preface: 'HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n' };
    case 'bad-chunk-size':
      return after(1, (stream) => {
        stream.sendRaw('zz\r\nno chunk\r\n');
        stream.cut('fin');
      });
  }
}

/** A chunk that is well-formed and too large: this many bytes of JSON. */
function oversized(bytes: number): string {
  const [before, end] = ['{"choices":[{"index":0,"delta":{"content":"', '"}}]}'];
  return before + 'x'.repeat(Math.max(0, bytes - before.length - end.length)) + end;
}
