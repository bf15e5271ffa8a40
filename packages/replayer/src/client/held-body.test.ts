import { expect, test } from 'vitest';

import { HeldBody } from './held-body.ts';

const BYTES = Buffer.from('body');

/** What happened, in order: `asked`, `released`, `writing`, and the bytes given. */
async function play(steps: readonly ('ask' | 'release')[]): Promise<string[]> {
  const happened: string[] = [];
  const body = new HeldBody(BYTES, {
    onWrite: () => happened.push('writing'),
    onWritten: () => happened.push('written'),
  });
  const asking: Promise<void>[] = [];
  for (const step of steps) {
    happened.push(step);
    if (step === 'release') body.release();
    else asking.push(readAll(body, happened));
    await Promise.resolve();
  }
  await Promise.race([Promise.all(asking), new Promise((resolve) => setTimeout(resolve, 20))]);
  return happened;
}

async function readAll(body: HeldBody, happened: string[]): Promise<void> {
  for await (const bytes of body) happened.push(Buffer.from(bytes).toString());
  happened.push('end');
}

const cases: [behaviour: string, steps: ('ask' | 'release')[], happened: string[]][] = [
  ['gives nothing before it is released', ['ask'], ['ask']],
  [
    'gives all once it is',
    ['ask', 'release'],
    ['ask', 'release', 'writing', 'body', 'written', 'end'],
  ],
  [
    'gives it to who asks later',
    ['release', 'ask'],
    ['release', 'ask', 'writing', 'body', 'written', 'end'],
  ],
  ['is not written before somebody asks', ['release'], ['release']],
];

test.each(cases)('HeldBody %s', async (_behaviour, steps, happened) => {
  expect(await play(steps)).toEqual(happened);
});
