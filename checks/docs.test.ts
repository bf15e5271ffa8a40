import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { runCli } from '../packages/cli/src/test/run-cli.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** The page without the commands of other tools, whose flags are theirs. */
function withoutOtherTools(page: string): string {
  return page
    .replace(/^\s*(kubectl|docker|npm) (.*\\\n)*.*$/gm, '')
    .replace(/`(kubectl|docker|npm|pip|dynamo\.frontend) [^`]*`/g, '');
}

async function helpOf(...command: string[]): Promise<string> {
  return (await runCli([...command, '--help-all'])).stdout;
}

test.each(pages)('%s links to files that are there', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target]) => target ?? '');
  const missing = links.filter(
    (target) => !/^https?:/.test(target) && !existsSync(join(root, dirname(page), target)),
  );
  expect(missing).toEqual([]);
});

function flagsIn(text: string): readonly string[] {
  return text.match(/(?<=[`\s"])--[a-z][a-z-]+/g) ?? [];
}

/** Flags of the other tool: its command lines, and the left column of the page's tables. */
function flagsOfAiperf(text: string): ReadonlySet<string> {
  const theirs = text.match(/^aiperf (.*\\\n)*.*$|^\|[^|]*\|/gm) ?? [];
  return new Set(theirs.flatMap(flagsIn));
}

test('every flag that a page names is a flag of the command', async () => {
  const verbs = ['synthesize', 'analyze', 'validate', 'transform'];
  const commands = [[], ['report'], ['merge'], ['compare'], ['ab'], ['search'], ['mock'], ['demo']];
  const help: string[] = [];
  for (const command of [...commands, ...verbs.map((verb) => ['trace', verb])]) {
    help.push(await helpOf(...command));
  }
  // An alias of earlier releases is in no help.
  const known = new Set([
    '--no-fidelity-gate',
    ...(help.join('\n').match(/--[a-z][a-z-]+/g) ?? []),
  ]);
  const unknown = pages.flatMap((page) => {
    const text = withoutOtherTools(readFileSync(join(root, page), 'utf8'));
    const theirs = page.endsWith('migrating-from-aiperf.md') ? flagsOfAiperf(text) : new Set();
    return flagsIn(text)
      .filter((flag) => !known.has(flag) && !theirs.has(flag))
      .map((flag) => `${page}: ${flag}`);
  });
  expect(known.size).toBeGreaterThan(30);
  expect(unknown).toEqual([]);
});

test('the README shows every package, and every exit code is documented', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  for (const name of readdirSync(join(root, 'packages'))) {
    expect(readme).toContain(`@trace-replay/${name}`);
  }
  const source = readFileSync(join(root, 'packages/cli/src/io/exit-codes.ts'), 'utf8');
  const codes = [...source.matchAll(/^ {2}\w+: (\d),$/gm)].map(([, code]) => code);
  const page = readFileSync(join(root, 'docs/exit-codes.md'), 'utf8');
  expect(codes).toHaveLength(8);
  for (const code of codes) expect(page).toMatch(new RegExp(`^\\| ${code} `, 'm'));
});
