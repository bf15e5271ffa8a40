import { value } from '../figures/targets.ts';
import { uniformRows } from '../input/trace.ts';
import type { Level } from './level.ts';

const FEW = 100;
const MANY = 1100;
/** All streams are open at this time, milliseconds. */
const FILL_MS = 10_000;
const ITL_MS = 1000;

/** What a stream that is open holds, as the slope of peak memory over the number of streams. */
export const memoryLevel: Level = {
  name: 'memory',
  title: '100 and 1,100 streams open at 1 chunk/s each, 1,000-token prompts',
  subjects({ replay }, isQuick) {
    const outputTokens = isQuick ? 14 : 30;
    const shape = (streams: number) => ({
      rows: uniformRows(streams, (streams * 1000) / FILL_MS, { inputTokens: 1000, outputTokens }),
      streams,
    });
    return [
      {
        name: 'replay',
        client: replay,
        server: { ttftMs: 50, itlMs: ITL_MS },
        large: shape(MANY),
        slope: { measure: 'kb_per_stream', small: shape(FEW) },
      },
    ];
  },
  targets: () => [
    {
      text: 'memory per open stream over the base',
      unit: 'kB',
      of: value('replay', 'kb_per_stream'),
      atMost: 25,
      judgedBy: 'median',
    },
  ],
};
