// Sets up a real Dynamo on loopback with the scripts beside the project, runs the tests against it,
// and stops whatever they started, also after a failure or a signal. Arguments go to vitest.
import { execFileSync } from 'node:child_process';

import { findPorts, runLiveTests, sharedFolder } from './live-tests.mjs';

const VERSIONS = ['1.6.1', '1.3.1'];
/** A deployment takes every third port, and ports from 61 and 81 above it. */
const DEPLOYMENTS = 6;
const PORTS_APART = 3;
const FIRST_PORTS = [18_400, 19_400, 20_400, 21_400];

const scripts = sharedFolder('dynamo', 'a real Dynamo');
for (const version of VERSIONS) runScript('setup.sh', { DYNAMO_VERSION: version });
const firstPort = await findPorts(FIRST_PORTS, PORTS_APART * DEPLOYMENTS + 81);
// What a killed run of long ago has left: its pid files.
stopAll();
runLiveTests('vitest.dynamo.config.mjs', { DYNAMO_TEST_PORT: String(firstPort) }, stopAll);

function stopAll() {
  for (let index = 0; index < DEPLOYMENTS; index += 1) {
    runScript('down.sh', { PORT: String(firstPort + PORTS_APART * index) });
  }
}

function runScript(name, env) {
  execFileSync(scripts + name, { stdio: 'inherit', env: { ...process.env, ...env } });
}
