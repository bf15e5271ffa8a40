import { planReplay, type ReplayOptions, waitForTargets } from '@trace-replay/replayer';

import { UsageError } from '../io/errors.ts';

/**
 * The model that all sides list, found before hours of replaying are spent on sides that cannot be
 * compared. Reads and checks the trace and the options as well.
 *
 * @throws {UsageError} if they list different ones
 * @throws whatever keeps a replay from starting
 */
export async function agreeOnModel(
  replay: ReplayOptions,
  sides: readonly (readonly string[])[],
): Promise<string> {
  const models: string[] = [];
  for (const urls of sides) {
    const plan = await planReplay({ ...replay, urls: [...urls] });
    try {
      models.push(await waitForTargets(plan));
    } finally {
      await plan.source.close();
    }
  }
  const [model = '', ...others] = models;
  const other = others.find((each) => each !== model);
  if (other === undefined) return model;
  throw new UsageError(
    `Cannot compare the two servers: they list different models ("${model}", "${other}"), ` +
      'expected one\n  Pass --model with a name that both list, or replay each on its own and ' +
      'use replay compare --allow-different model.',
  );
}
