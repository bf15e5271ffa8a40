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

/** What an interruption may do to the stream it interrupts. */
export interface Stream {
  readonly wording: Wording;
  /** Sends an event and lets the stream go on. */
  send(event: string): void;
  /** Sends bytes outside the body's framing. */
  sendRaw(bytes: string): void;
  /** Says nothing more for this long; for ever when absent. */
  hold(forMs: number | undefined): void;
  /** Ends the answer here, as HTTP has it. */
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
  /** A token every so many milliseconds without end; absent for what the model makes. */
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

const LONG_HEADER_BYTES = 20 * 1024;

/** What a scenario does to a stream. Scenarios that answer otherwise leave it healthy. */
export function scriptOf(scenario: Scenario, dialect: Dialect): Script {
  switch (scenario.kind) {
    case 'healthy':
    case 'refuses':
      return HEALTHY;
    case 'cuts': {
      const { at, afterTokens, how, framing } = scenario;
      if (at === 'before-body') return HEALTHY;
      return interrupted({ at, afterTokens, act: (stream) => stream.cut(how) }, { framing });
    }
    case 'stalls': {
      const { at, afterTokens, forMs } = scenario;
      return interrupted({ at, afterTokens, act: (stream) => stream.hold(forMs) });
    }
    case 'drags':
      return { ...HEALTHY, dragMs: scenario.everyMs };
    case 'dribbles':
      return { ...HEALTHY, dribbleMs: scenario.everyMs };
    case 'misframes':
      return misframed(scenario.as);
    case 'mislabels':
      return scenario.as === 'gzip'
        ? { ...HEALTHY, headers: { 'content-encoding': 'gzip' } }
        : HEALTHY;
    case 'errors': {
      const { code, message, form, afterTokens } = scenario;
      const error = { code, message, type: 'internal_server_error' };
      return interrupted(after(afterTokens, (stream) => sendError(stream, error, form)));
    }
    case 'loses-worker': {
      const { afterTokens } = scenario;
      const act = (stream: Stream) => sendError(stream, dialect.workerDeath, 'data');
      return interrupted(after(afterTokens, act));
    }
    case 'garbles': {
      const { as, bytes, afterTokens } = scenario;
      const data = as === 'oversized' ? oversized(bytes) : '{"choices":[{"index":0,"delta":{';
      return interrupted(after(afterTokens, (stream) => stream.send(stream.wording.event(data))));
    }
    case 'finishes':
      return { ...HEALTHY, finishReason: scenario.reason };
    case 'miscounts':
      return { ...HEALTHY, extraTokens: scenario.by };
    case 'withholds': {
      const { what } = scenario;
      return {
        ...HEALTHY,
        hasContent: what !== 'content' && what !== 'content-and-usage',
        hasUsage: what !== 'usage' && what !== 'content-and-usage',
        hasDone: what !== 'done',
      };
    }
    case 'repeats': {
      const { what } = scenario;
      const again = ({ wording }: Stream) =>
        what === 'done' ? wording.done() : (wording.tokens({ from: 0, count: 1 }) ?? '');
      return interrupted({
        at: 'after-done',
        afterTokens: 0,
        act: (stream) => stream.send(again(stream)),
      });
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

function interrupted(interruption: Interruption, changes: Partial<Script> = {}): Script {
  return { ...HEALTHY, ...changes, interruption };
}

function after(afterTokens: number, act: (stream: Stream) => void): Interruption {
  return { at: 'after-tokens', afterTokens, act };
}

function misframed(as: Extract<Scenario, { kind: 'misframes' }>['as']): Script {
  switch (as) {
    case 'not-http':
      return HEALTHY;
    case 'long-header':
      return { ...HEALTHY, headers: { 'x-long': 'x'.repeat(LONG_HEADER_BYTES) } };
    case 'unasked-100':
      return { ...HEALTHY, preface: 'HTTP/1.1 100 Continue\r\n\r\n' };
    case 'early-hints':
      return { ...HEALTHY, preface: 'HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n' };
    case 'bad-chunk-size': {
      const act = (stream: Stream) => {
        stream.sendRaw('zz\r\nno chunk\r\n');
        stream.cut('fin');
      };
      return interrupted(after(1, act));
    }
  }
}

/** A chunk that is well-formed and too large, this many bytes of JSON. */
function oversized(bytes: number): string {
  const [before, end] = ['{"choices":[{"index":0,"delta":{"content":"', '"}}]}'];
  return before + 'x'.repeat(Math.max(0, bytes - before.length - end.length)) + end;
}
