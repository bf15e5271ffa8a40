import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { letClientGoFirst } from './share-the-cores.ts';

/** A real Dynamo on loopback: the scripts beside the project start and stop it. */
export interface Deployment {
  readonly title: string;
  readonly script: 'up-agg.sh' | 'up-disagg.sh';
  readonly version: string;
  /** Variables of the scripts beyond those that all deployments have. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RunningDeployment {
  readonly url: string;
  stop(): Promise<void>;
}

const SCRIPTS = fileURLToPath(new URL('../../../shared/dynamo/', import.meta.url));
const START_MS = 90_000;
const STOP_MS = 60_000;
/** Modelled times divided by 20, and the cheap tokenizer: two cores hold what they serve. */
const COMMON = { SPEEDUP: '20', TOKENIZER: 'fastokens' };

/**
 * Starts a deployment and waits until it serves. It listens on `port` and on a few ports from
 * `port` + 61 and `port` + 81 on. Whoever starts one stops it; `scripts/test-dynamo.mjs` does so
 * again for every port, in case that this process was killed.
 */
export async function startDeployment(
  { script, version, settings }: Deployment,
  port: number,
): Promise<RunningDeployment> {
  const env = { ...COMMON, ...settings, DYNAMO_VERSION: version, PORT: String(port) };
  const stop = async () => void (await runScript('down.sh', env, STOP_MS));
  try {
    await runScript(script, env, START_MS);
    letClientGoFirst(port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, stop };
}

async function runScript(
  name: string,
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<void> {
  await promisify(execFile)(SCRIPTS + name, {
    env: { ...process.env, ...env },
    timeout: timeoutMs,
  });
}
