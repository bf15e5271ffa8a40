import { expect, test } from 'vitest';

import { chatBody, exchangeRaw } from './test/raw-client.ts';
import { startDeployments } from './start-deployments.ts';

const portOf = (url: string) => Number(new URL(url).port);

test('startDeployments() serves both of the recipe, each from a process of its own', async () => {
  const { mocks, stop } = await startDeployments({ timeScale: 0.01, model: 'm' });
  const { 'aggregated-round-robin': aggregated, 'disaggregated-kv': disaggregated } = mocks;
  try {
    expect(new Set([aggregated.pid, disaggregated.pid, process.pid]).size).toBe(3);
    const body = chatBody({ model: 'm', nvext: { extra_fields: ['timing'] } });
    const answers = await Promise.all(
      [aggregated, disaggregated].map(({ url }) => exchangeRaw(portOf(url), { body })),
    );
    for (const { text } of answers) expect(text).toContain('data: [DONE]');
    expect(answers.map(({ text }) => text.includes('kv_hit_rate'))).toEqual([false, true]);
  } finally {
    await stop();
  }
  await stop();
  await expect(fetch(aggregated.url)).rejects.toThrow();
});

test('startDeployments() changes both alike', async () => {
  const { mocks, stop } = await startDeployments({ changes: { prefixCache: true, workers: 1 } });
  try {
    const ready = `${mocks['aggregated-round-robin'].url}/v1/models/mock-model/ready`;
    expect(await (await fetch(ready)).text()).toContain('"aggregated":{"workers":1');
  } finally {
    await stop();
  }
});

test('startDeployments() says what is wrong, and leaves nothing behind', async () => {
  await expect(startDeployments({ timeScale: -1 })).rejects.toThrow(
    'Cannot start mock: option "deployment.timeScale" is -1',
  );
});
