import { createMockServer, type MockServer } from '@trace-replay/mock';
import { afterEach, expect, test } from 'vitest';

import { runClient } from './start-server.ts';

const MODEL = 'org/mock-model';
let mock: MockServer | undefined;

afterEach(async () => mock?.stop());

const cases = (['dynamo-1.3', 'dynamo-1.6', 'vllm'] as const).flatMap((dialect) =>
  (['python', 'node'] as const).map((language) => ({ dialect, language })),
);

test.each(cases)(
  'openai-$language talks to the mock as $dialect',
  async ({ dialect, language }) => {
    mock = await createMockServer({ dialect, model: MODEL, latency: { ttftMs: 2, itlMs: 1 } });
    const notFound = { status: 404, error: 'NotFoundError' };
    expect(await runClient(language, mock.url, MODEL)).toEqual({
      models: [MODEL],
      model: MODEL,
      'no such model': notFound,
      stream: { text: 8, reason: 'length', tokens: 8 },
      max_completion_tokens: { text: 8, reason: 'length', tokens: null },
      'no maximum': { text: 16, reason: 'length', tokens: 16 },
      whole: { reason: 'length', tokens: 6 },
      'whole, no maximum': { reason: 'length', tokens: 16 },
      completions: { reason: 'length', tokens: 6 },
      'token ids': 3,
      'wrong model': notFound,
    });
  },
);
