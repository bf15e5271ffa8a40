import type { NotMeasurable, ObstacleKind } from '../schemas/not-measurable.ts';
import { formatDecimal } from '../values/units.ts';

/** Up to this share of the ok rows may differ from the rest, and nothing is left out for it. */
export const TOLERATED_SHARE = 0.01;

const BUFFERED =
  'The server, a gateway or a busy client may hand on several tokens at once. Switch off buffering,' +
  ' replay against the server itself, or give client and server more cores.';
const COUNT_ALL =
  'Let the server send usage for every answer (stream_options.include_usage), or replay' +
  ' against one kind of server.';

const SENTENCES: Readonly<Record<ObstacleKind, readonly [rows: string, advice: string]>> = {
  one_event: ['brought all of their tokens in one event', BUFFERED],
  read_together: ['brought most of their events less than 50 µs after the one before', BUFFERED],
  length_unknown: ['have an unknown number of output tokens', COUNT_ALL],
  first_event_unknown: [
    'have fewer events than tokens, and the tokens of the first event are not known',
    'Name the make of the server with --server, if it sends the first token alone, or ask for a count' +
      ' on every event: --body \'{"stream_options":{"continuous_usage_stats":true}}\'.',
  ],
  counted_differently: [
    'are counted in another way than the rest: by chunks or by the server',
    COUNT_ALL,
  ],
  defined_differently: [
    'have another definition of inter-token latency than the rest, as the server counts the first' +
      ' event in some answers only',
    COUNT_ALL,
  ],
};

/** Why figures are not measurable, and what to do about it: whole sentences, the advice last. */
export function describeObstacles({ reasons }: NotMeasurable): readonly string[] {
  const sentences = reasons.map(
    ({ kind, rows, ok }) =>
      `${formatDecimal(rows)} of ${formatDecimal(ok)} ok rows ${SENTENCES[kind][0]}.`,
  );
  return [...sentences, ...new Set(reasons.map(({ kind }) => SENTENCES[kind][1]))];
}
