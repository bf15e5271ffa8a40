// Runs the steps of a test command one after the other, whatever fails, says how long each took,
// and ends the process with the code of the first that failed.
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
  const failed = [];
  for (const { name, takes, program, args } of steps) {
    console.log(`\n# ${name}${takes === undefined ? '' : `: ${takes}`}`);
    const started = performance.now();
    const saying = setInterval(() => {
      if (takes !== undefined) console.log(`  ${name}: ${secondsSince(started)} so far`);
    }, SAYS_EVERY_MS);
    const code = await run(modules + program, args);
    clearInterval(saying);
    console.log(`# ${name}: ${code === 0 ? 'passed' : 'failed'} after ${secondsSince(started)}`);
    if (code !== 0) failed.push({ name, code });
  }
  const names = failed.map(({ name }) => name).join(', ');
  const result = names === '' ? 'All steps passed' : `Failed: ${names}`;
  console.log(`\n# ${result} (${secondsSince(began)}).`);
  process.exitCode = failed[0]?.code ?? 0;
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
