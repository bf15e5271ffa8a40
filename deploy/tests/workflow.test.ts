import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { root, stepPaths } from './manifests.ts';

// The workflow cannot be run here. What can be seen without a cluster is checked.
const text = readFileSync(join(root, '.github/workflows/manifests.yml'), 'utf8');
const { parse } = createRequire(join(root, 'packages/cli/package.json'))('yaml') as {
  parse: (text: string) => Workflow;
};

interface Workflow {
  readonly jobs: {
    readonly kind: { readonly steps: readonly { name?: string; uses?: string; run?: string }[] };
  };
}

const { steps } = parse(text).jobs.kind;

test('the workflow is YAML, its scripts are bash, and its actions have full versions', () => {
  expect(text).toContain('It has not been run by this project');
  for (const { name, uses, run = '' } of steps) {
    if (uses !== undefined) expect(uses).toMatch(/^[\w/-]+@v\d+\.\d+\.\d+$/);
    const { stderr } = spawnSync('bash', ['-n'], { input: run, encoding: 'utf8' });
    expect(stderr, name).toBe('');
  }
});

test('the workflow applies every step strictly', () => {
  const script = steps.map(({ run = '' }) => run.replaceAll('\\\n', ' ')).join('\n');
  const applied = script.split('\n').filter((line) => line.includes('kubectl apply'));
  expect(applied.length).toBeGreaterThan(6);
  for (const line of applied) expect(line).toContain('--validate=strict');
  for (const step of stepPaths()) {
    expect(script, step).toMatch(new RegExp(`\\b${step.replace(/^trtllm\//, '')}(?=[ :;\\n])`));
  }
  expect(script).toContain('pod-security.kubernetes.io/enforce=restricted');
});
