import { spread } from '../figures/targets.ts';
import { uniformRows } from '../input/trace.ts';
import type { Level } from './level.ts';

const REQUEST = { inputTokens: 1000, outputTokens: 300 };
/** 33.3 requests/s of 300 tokens are 10,000 events/s, whatever the time between two tokens is. */
const RATE = 100 / 3;
const SECONDS = 32;
const STREAMS = [30, 100, 300];

const namesOf = (client: string) => STREAMS.map((streams) => nameOf(client, streams));
const nameOf = (client: string, streams: number) => `${client}, ${streams} streams`;

/** The same events a second on ever more streams: what does a stream cost beside its events? */
export const streamsLevel: Level = {
  name: 'streams',
  title: '10,000 events/s on 30, 100 and 300 streams, 33.3/s × 300 tokens, ITL 3, 10, 30 ms',
  subjects({ replay, plainUndici }, isQuick) {
    const seconds = isQuick ? SECONDS / 2 : SECONDS;
    return [replay, plainUndici].flatMap((client) =>
      STREAMS.map((streams) => {
        // A stream lives for 300 tokens: as many are open as are sent in that time.
        const itlMs = (streams * 1000) / (RATE * REQUEST.outputTokens);
        const rows = (part: number) =>
          uniformRows(Math.round(RATE * seconds * part), RATE, REQUEST);
        return {
          name: nameOf(client.name, streams),
          client,
          server: { ttftMs: 50, itlMs },
          large: { rows: rows(1) },
          slope: { measure: 'cpu_us_per_event', small: { rows: rows(0.25) } },
        };
      }),
    );
  },
  targets: ({ replay, plainUndici }) => [
    {
      text: 'CPU per event, most ÷ least of the three',
      unit: '×',
      of: spread(namesOf(replay.name), 'cpu_us_per_event'),
      atMost: 1.2,
      judgedBy: 'median',
    },
    {
      text: 'the same of plain undici: what a stream costs undici and Node',
      unit: '×',
      of: spread(namesOf(plainUndici.name), 'cpu_us_per_event'),
      judgedBy: 'median',
    },
  ],
};
