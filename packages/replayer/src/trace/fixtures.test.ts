import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

import { fixturePath, fixtureRows } from '../test/fixture-traces.ts';

const made = mkdtempSync(join(tmpdir(), 'trace-fixtures-'));
afterAll(() => rmSync(made, { recursive: true }));

function contents(directory: string): Record<string, string> {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    names.map((name) => [name.slice(directory.length + 1), readFileSync(name, 'base64')]),
  );
}

test('fixtures/traces is what make-fixtures.mjs makes', () => {
  const script = fileURLToPath(new URL('../../../../fixtures/make-fixtures.mjs', import.meta.url));
  execFileSync(process.execPath, [script, made]);
  expect(contents(made)).toEqual(contents(fixturePath('.').replace(/\/$/, '')));
});

test.each(['ten.jsonl', 'thousand.jsonl', 'demo.jsonl'])(
  'the ids of %s form a tree: an id always follows the same id',
  async (name) => {
    const parents = new Map<unknown, unknown>();
    for (const { hashIds = [] } of await fixtureRows(name)) {
      hashIds.forEach((id, place) => {
        const parent = place === 0 ? 'root' : hashIds[place - 1];
        expect(parents.get(id) ?? parent).toBe(parent);
        parents.set(id, parent);
      });
    }
  },
);

test('thousand.jsonl is a bursty trace with shared prefixes and answers of one token', async () => {
  const rows = await fixtureRows('thousand.jsonl');
  const blocks = rows.flatMap(({ hashIds = [] }) => hashIds);
  expect(new Set(blocks).size / blocks.length).toBeLessThan(0.5);
  expect(rows.filter(({ outputLength }) => outputLength === 1).length).toBeGreaterThan(50);
  expect(Math.max(...rows.map(({ outputLength }) => outputLength))).toBeLessThanOrEqual(120);
});
