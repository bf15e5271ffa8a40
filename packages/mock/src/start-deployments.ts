import type { MockOptionsInput } from './scenario/options.ts';
import { type DeploymentName, DEPLOYMENT_NAMES } from './serving/deployment/deployment.ts';
import { type MockProcess, startMock } from './start-mock.ts';

export interface StartDeploymentsOptions extends Omit<MockOptionsInput, 'deployment' | 'port'> {
  /** Multiplies every modelled time: 0.05 is twenty times as fast as life. */
  readonly timeScale?: number;
  /** Says the same about both, for example `{ prefixCache: true }`. */
  readonly changes?: Exclude<MockOptionsInput['deployment'], string | undefined>;
}

/** The recipe's two deployments, each in a process of its own. */
export interface RunningDeployments {
  readonly mocks: Readonly<Record<DeploymentName, MockProcess>>;
  /** Ends both; harmless when they are gone already. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts both deployments side by side.
 *
 * @returns once both listen
 * @throws {RangeError} if an option is wrong
 * @throws {Error} if one of them cannot be started; the other is stopped then
 */
export async function startDeployments(
  options: StartDeploymentsOptions = {},
): Promise<RunningDeployments> {
  const { timeScale, changes, ...rest } = options;
  const starting = DEPLOYMENT_NAMES.map((like) =>
    startMock({ ...rest, deployment: { ...changes, timeScale, like } }),
  );
  const settled = await Promise.allSettled(starting);
  const started = settled.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
  const stop = async () => {
    await Promise.all(started.map((mock) => mock.stop()));
  };
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const [aggregated, disaggregated] = started;
  return {
    mocks: {
      'aggregated-round-robin': aggregated!,
      'disaggregated-kv': disaggregated!,
    },
    stop,
  };
}
