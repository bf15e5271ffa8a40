import { readFileSync } from 'node:fs';

import { value } from '../figures/targets.ts';
import { ROOT } from '../input/root.ts';
import { traceRows } from '../input/trace.ts';
import type { Level } from './level.ts';

const TRACE = new URL('fixtures/traces/recipe.jsonl', ROOT);
/** Rows of the trace when quick: 9 s of it. */
const FEW_ROWS = 20;

/** The load of Dynamo's recipe, mostly at rest: what does a run cost, and how exact is it? */
function recipeLevel(speed: number): Level {
  return {
    name: `recipe-${speed}`,
    title: `200 rows of the recipe’s trace at ${speed} × its speed, TTFT 50 ms, ITL 10 ms`,
    subjects({ replay }, isQuick) {
      const rows = traceRows(readFileSync(TRACE, 'utf8'), speed);
      const large = { rows: isQuick ? rows.slice(0, FEW_ROWS) : rows };
      return [{ name: 'replay', client: replay, server: { ttftMs: 50, itlMs: 10 }, large }];
    },
    targets: () => [
      {
        text: 'due to sent p99',
        unit: 'ms',
        of: value('replay', 'sent_lag_p99_ms'),
        judgedBy: 'median',
      },
      {
        text: 'TTFT reported − the server’s, mean',
        unit: 'ms',
        of: value('replay', 'ttft_error_mean_ms'),
        atMost: 1,
        judgedBy: 'median',
      },
    ],
  };
}

/** One level a speed, each short enough to be measured on its own. */
export const recipeLevels: readonly Level[] = [1, 2, 5].map(recipeLevel);
