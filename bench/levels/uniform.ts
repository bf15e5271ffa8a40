import type { Client } from '../clients/client.ts';
import type { RunShape, Subject } from './pairs.ts';
import { difference, ratio, type Target, value } from '../figures/targets.ts';
import { uniformRows } from '../input/trace.ts';
import { type Clients, CONTROL, type Level } from './level.ts';

const SERVER = { ttftMs: 50, itlMs: 10 };
const REQUEST = { inputTokens: 1000, outputTokens: 300 };
const EVENTS = REQUEST.outputTokens;

interface UniformLevel {
  readonly ratePerSecond: number;
  /** Seconds of the large run; the small one, from which the slope starts, is a quarter. */
  readonly seconds: number;
  readonly targets: (clients: Clients) => readonly Target[];
}

function uniformLevel({ ratePerSecond, seconds, targets }: UniformLevel): Level {
  const rate = (ratePerSecond * EVENTS).toLocaleString('en');
  return {
    name: String(ratePerSecond),
    title: `${ratePerSecond}/s × ${EVENTS} tokens, ${rate} events/s, 1,000-token prompts, TTFT 50 ms, ITL 10 ms`,
    subjects({ replay, uniformFloor, floor, plainUndici, aiperf }, isQuick) {
      const length = isQuick ? seconds / 4 : seconds;
      const shape = (part: number): RunShape => ({
        rows: uniformRows(Math.round(ratePerSecond * length * part), ratePerSecond, REQUEST),
      });
      const subject = (name: string, client: Client, hasSlope: boolean): Subject => ({
        name,
        client,
        server: SERVER,
        large: shape(1),
        ...(hasSlope && { slope: { measure: 'cpu_us_per_event', small: shape(0.25) } }),
      });
      return [
        ...(uniformFloor ? [subject('floor', uniformFloor, true)] : []),
        subject('replay', replay, true),
        subject(plainUndici.name, plainUndici, true),
        ...(floor ? [subject(CONTROL, floor, false)] : []),
        // A start of half a minute each: the large run alone, and no slope.
        ...aiperf.map((client) => subject(client.name, client, false)),
      ];
    },
    targets,
  };
}

const neverEarly: Target = {
  text: 'never early: the earliest arrival after due',
  unit: 'ms',
  of: value('replay', 'absolute_lag_min_ms'),
  atLeast: 0,
  judgedBy: 'every',
};

const receiving: readonly Target[] = [
  {
    text: 'ITL of a request off by, p99',
    unit: 'ms',
    of: value('replay', 'itl_error_p99_ms'),
    atMost: 0.1,
    judgedBy: 'median',
  },
  {
    text: 'p99 of gaps above the server’s',
    unit: 'ms',
    of: value('replay', 'gap_p99_error_ms'),
    atMost: 2,
    judgedBy: 'median',
  },
  {
    text: 'CPU per event ÷ the floor’s',
    unit: '×',
    of: ratio('replay', 'floor', 'cpu_us_per_event'),
    atMost: 2,
    judgedBy: 'median',
  },
];

/**
 * What is undici's, and Node's, of that: a client on it that neither reads events nor keeps
 * records.
 */
const remainder: readonly Target[] = [
  {
    text: 'CPU per event of plain undici ÷ the floor’s',
    unit: '×',
    of: ratio('plain undici', 'floor', 'cpu_us_per_event'),
    judgedBy: 'median',
  },
  {
    text: 'CPU per event ÷ plain undici’s',
    unit: '×',
    of: ratio('replay', 'plain undici', 'cpu_us_per_event'),
    judgedBy: 'median',
  },
];

const noise: Target = {
  text: 'noise: arrival p99 of a second floor ÷ the floor’s',
  unit: '×',
  of: ratio(CONTROL, 'floor', 'lag_p99_ms'),
  judgedBy: 'median',
};

function arrival(times: number): Target {
  return {
    text: 'arrival p99 ÷ the floor’s',
    unit: '×',
    of: ratio('replay', 'floor', 'lag_p99_ms'),
    atMost: times,
    judgedBy: 'median',
  };
}

const CLOSER = {
  lag_p50_ms: 'median lag',
  lag_p99_ms: 'p99 lag',
  ttft_error_mean_ms: 'TTFT error',
} as const;

function closerThan({ name }: Client): readonly Target[] {
  return (['lag_p50_ms', 'lag_p99_ms', 'ttft_error_mean_ms'] as const).map((measure) => ({
    text: `${CLOSER[measure]} of ${name} ÷ ours`,
    unit: '×',
    of: ratio(name, 'replay', measure),
    atLeast: 20,
    judgedBy: 'median',
  }));
}

export const level33 = uniformLevel({
  ratePerSecond: 33,
  seconds: 40,
  targets: ({ aiperf }) => [
    arrival(1.5),
    neverEarly,
    {
      text: 'due to sent p99',
      unit: 'ms',
      of: value('replay', 'sent_lag_p99_ms'),
      atMost: 1,
      judgedBy: 'median',
    },
    {
      text: 'TTFT reported − the server’s, mean',
      unit: 'ms',
      of: value('replay', 'ttft_error_mean_ms'),
      atMost: 1,
      judgedBy: 'median',
    },
    ...receiving,
    ...remainder,
    ...aiperf.flatMap(closerThan),
    noise,
  ],
});

export const level100 = uniformLevel({
  ratePerSecond: 100,
  seconds: 32,
  targets: () => [
    arrival(3),
    neverEarly,
    {
      text: 'TTFT error − the floor’s, mean',
      unit: 'ms',
      of: difference('replay', 'floor', 'ttft_error_mean_ms'),
      atMost: 1,
      judgedBy: 'median',
    },
    ...receiving,
    ...remainder,
    noise,
  ],
});
