// Runs the steps of a test command one after the other, says how long each took, and ends the
// process with the code of the first that fails.
import { spawn } from 'node:child_process';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../node_modules/', import.meta.url));
const SAYS_EVERY_MS = 5000;

/**
 * @param {{ name: string, takes?: string, program: string, args: string[] }[]} steps each a program
 *   below `node_modules`; `takes` says how long a step that prints nothing usually takes
 */
export async function runSteps(steps) {
  const began = performance.now();
  for (const { name, takes, program, args } of steps) {
    console.log(`\n# ${name}${takes === undefined ? '' : `: ${takes}`}`);
    const started = performance.now();
    const saying = setInterval(() => {
      if (takes !== undefined) console.log(`  ${name}: ${secondsSince(started)} so far`);
    }, SAYS_EVERY_MS);
    const code = await run(modules + program, args);
    clearInterval(saying);
    console.log(`# ${name}: ${code === 0 ? 'passed' : 'failed'} after ${secondsSince(started)}`);
    if (code !== 0) process.exit(code);
  }
  console.log(`\n# All steps passed in ${secondsSince(began)}.`);
}

function run(program, args) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'inherit',
  });
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}

function secondsSince(startedMs) {
  return `${Math.round((performance.now() - startedMs) / 1000)} s`;
}
