import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = join(root, 'packages/cli/dist/main.js');

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** The page without the commands of other tools, whose flags are theirs. */
function withoutOtherTools(page: string): string {
  return page
    .replace(/^\s*(kubectl|docker) (.*\\\n)*.*$/gm, '')
    .replace(/`(kubectl|docker|pip|dynamo\.frontend) [^`]*`/g, '');
}

function helpOf(...command: string[]): string {
  return execFileSync(process.execPath, [main, ...command, '--help-all'], { encoding: 'utf8' });
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

test('every flag that a page names is a flag of the command', () => {
  const verbs = ['synthesize', 'analyze', 'validate', 'transform'];
  const help = [
    helpOf(),
    helpOf('report'),
    helpOf('merge'),
    helpOf('compare'),
    helpOf('ab'),
    helpOf('mock'),
    helpOf('demo'),
    ...verbs.map((verb) => helpOf('trace', verb)),
  ].join('\n');
  const known = new Set(help.match(/--[a-z][a-z-]+/g));
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
