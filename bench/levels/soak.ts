import { value } from '../figures/targets.ts';
import { burstRows } from '../input/trace.ts';
import type { Level } from './level.ts';

/** The seed's trace as means: 2 rows a second on a tick of 3 s, of 39,000 and 344 tokens. */
const TICK_MS = 3000;
const ROWS_A_TICK = 6;
const REQUEST = { inputTokens: 39_000, outputTokens: 344 };
const ITL_MS = 1000;
const LIFE_MS = REQUEST.outputTokens * ITL_MS;
const SECONDS = 3600;

/** Is memory flat over an hour of the seed's load? From the first answer's end on, it has to be. */
export const soakLevel: Level = {
  name: 'soak',
  title: '6 rows of 39,000 tokens every 3 s for an hour, 344 tokens each at 1/s: 690 streams open',
  subjects({ replay }, isQuick) {
    const lastMs = isQuick ? LIFE_MS + 120_000 : SECONDS * 1000;
    const bursts = { bursts: lastMs / TICK_MS, size: ROWS_A_TICK, everyMs: TICK_MS };
    const large = {
      rows: burstRows(bursts, REQUEST),
      plateau: { fromMs: LIFE_MS + 10_000, toMs: lastMs },
    };
    return [{ name: 'replay', client: replay, server: { ttftMs: 50, itlMs: ITL_MS }, large }];
  },
  targets: () => [
    {
      text: 'resident memory at the end of the hour against its beginning',
      unit: '%',
      of: value('replay', 'rss_growth_percent'),
      atMost: 5,
      judgedBy: 'median',
    },
  ],
};
