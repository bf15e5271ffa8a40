import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { startFakeCluster, type RecordedObject } from './fake-cluster.ts';
import { kubernetes, root } from './manifests.ts';

const hasKubectl = spawnSync('kubectl', ['version', '--client']).error === undefined;
const scratch = mkdtempSync(join(tmpdir(), 'trace-replay-scripts-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Ended {
  readonly code: unknown;
  readonly text: string;
}

function run(script: string, args: readonly string[], env: object = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = {
      timeout: 60_000,
      env: { PATH: process.env['PATH'], HOME: scratch, WAIT_EVERY_SECONDS: '0.2', ...env },
    };
    execFile(join(kubernetes, script), args, options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, text: stdout + stderr }),
    );
  });
}

function job(...conditions: [type: string, reason: string][]): RecordedObject {
  const given = conditions.map(([type, reason]) => ({ type, reason, status: 'True' }));
  return { metadata: { name: 'bench' }, status: { conditions: given } };
}

function pod(name: string, phase: string, states: Record<string, object>, more = {}) {
  const containerStatuses = Object.entries(states).map(([one, state]) => ({ name: one, state }));
  const labels = { 'batch.kubernetes.io/job-name': 'bench' };
  return { metadata: { name, labels }, status: { phase, containerStatuses, ...more } };
}

const ended = (exitCode: number) => ({ terminated: { exitCode, reason: 'Error' } });

describe.skipIf(!hasKubectl)('wait-for-job.sh (kubectl is needed)', () => {
  async function waited(jobs: RecordedObject[], pods: RecordedObject[], seconds = '1') {
    const cluster = await startFakeCluster({ '/apis/batch/v1/jobs': jobs, '/api/v1/pods': pods });
    const args = ['bench', seconds, '-n', 'own', '--server', cluster.url];
    const found = await run('wait-for-job.sh', args);
    cluster.stop();
    return found;
  }

  test.each([
    [
      'a Job that completed',
      [job(['SuccessCriteriaMet', ''], ['Complete', 'x'])],
      [],
      0,
      /completed/,
    ],
    [
      'an invalid verdict',
      [job(['FailureTarget', 'x'], ['Failed', 'BackoffLimitExceeded'])],
      [pod('bench-1', 'Failed', { replay: ended(5) })],
      5,
      /failed, BackoffLimitExceeded[^]*replay ended with 5: finished: the measurement is invalid[^]*save-results/,
    ],
    [
      'a gate',
      [job(['Failed', 'BackoffLimitExceeded'])],
      [pod('bench-1', 'Failed', { replay: ended(4) })],
      4,
      /a --fail-if condition was met; the results are whole/,
    ],
    [
      'a failed init container',
      [job(['Failed', 'BackoffLimitExceeded'])],
      [
        pod(
          'bench-1',
          'Failed',
          {},
          {
            initContainerStatuses: [{ name: 'source', state: ended(1) }],
          },
        ),
      ],
      1,
      /source ended with 1/,
    ],
    [
      'shards of which one failed',
      [job(['Failed', 'FailedIndexes'])],
      [
        pod('bench-0', 'Succeeded', { replay: ended(0) }),
        pod('bench-1', 'Failed', { replay: ended(137) }),
      ],
      137,
      /FailedIndexes[^]*replay ended with 137: killed/,
    ],
    ['a deadline', [job(['Failed', 'DeadlineExceeded'])], [], 1, /No pod is left that says why/],
    [
      'a Job that goes on',
      [job()],
      [pod('bench-1', 'Running', { replay: { running: { startedAt: 'now' } } })],
      124,
      /bench-1 Running replay=running[^]*neither completed nor failed in 1 s/,
    ],
    [
      'a pod without a node',
      [job()],
      [
        pod(
          'bench-1',
          'Pending',
          {},
          {
            conditions: [
              { type: 'PodScheduled', status: 'False', message: '0/8 nodes are available' },
            ],
          },
        ),
      ],
      124,
      /bench-1 Pending not scheduled: 0\/8 nodes are available/,
    ],
    [
      'an image that is not there',
      [job()],
      [pod('bench-1', 'Pending', { replay: { waiting: { reason: 'ImagePullBackOff' } } })],
      124,
      /replay=waiting:ImagePullBackOff/,
    ],
    ['no Job', [], [], 125, /not found/],
  ])(
    'says how it was with %s',
    async (_, jobs, pods, code, text) => {
      const found = await waited(jobs, pods);
      expect(found.text).toMatch(text);
      expect(found.code, found.text).toBe(code);
    },
    60_000,
  );

  test('returns when the Job fails while it waits', async () => {
    const pods = [pod('bench-1', 'Failed', { replay: ended(3) })];
    const cluster = await startFakeCluster({
      '/apis/batch/v1/jobs': [job()],
      '/api/v1/pods': pods,
    });
    const running = run('wait-for-job.sh', ['bench', '50', '-n', 'own', '--server', cluster.url]);
    setTimeout(() => {
      const failed = [job(['Failed', 'BackoffLimitExceeded'])];
      cluster.recorded = { '/apis/batch/v1/jobs': failed, '/api/v1/pods': pods };
    }, 2000);
    expect(await running).toMatchObject({ code: 3 });
    cluster.stop();
  }, 60_000);

  test('knows every exit code of the command', () => {
    const script = readFileSync(join(kubernetes, 'wait-for-job.sh'), 'utf8');
    const page = readFileSync(join(root, 'docs/exit-codes.md'), 'utf8');
    const codes = [...page.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => code ?? '');
    expect(codes.length).toBeGreaterThan(6);
    for (const code of codes)
      if (code !== '0') expect(script).toMatch(new RegExp(`^  ${code}\\) echo`, 'm'));
  });
});

test.each([[[]], [['bench']], [['-n', 'own']], [['bench', 'soon']]])(
  'wait-for-job.sh refuses %j',
  async (args) => {
    expect(await run('wait-for-job.sh', args)).toMatchObject({ code: 2 });
  },
);

describe('save-results.sh', () => {
  /** A kubectl that writes down how it is called; the helper pod is in a phase, "" for none. */
  async function saved(phase: string, fails = '') {
    const place = mkdtempSync(join(scratch, 'save-'));
    const fake = join(place, 'kubectl');
    writeFileSync(
      fake,
      `#!/bin/sh
echo "$*" >>"${place}/calls"
case "$*" in
*jsonpath*) printf %s "${phase}" ;;
cp*) touch "$5/run" ;;
esac
case $1 in ${fails || 'none'}) exit 1 ;; esac
`,
    );
    chmodSync(fake, 0o755);
    const results = join(place, 'results');
    const { code, text } = await run('save-results.sh', [results, '-n', 'own'], {
      PATH: `${place}:${process.env['PATH']}`,
    });
    const calls = readFileSync(join(place, 'calls'), 'utf8').trim().split('\n');
    return { code, text, calls: calls.map((call) => call.split(' ')[0]) };
  }

  test.each([
    ['a helper that runs stays', 'Running', ['get', 'apply', 'wait', 'cp']],
    ['without one it is made, and deleted', '', ['get', 'apply', 'wait', 'cp', 'delete']],
    [
      'one that has ended is made again',
      'Failed',
      ['get', 'delete', 'apply', 'wait', 'cp', 'delete'],
    ],
  ])('%s', async (_, phase, calls) => {
    const found = await saved(phase);
    expect(found.calls).toEqual(calls);
    expect(found.text).toContain('run');
    expect(found.code).toBe(0);
  });

  test('says so when the copy fails, and leaves no helper behind', async () => {
    const found = await saved('', 'cp');
    expect(found.calls.at(-1)).toBe('delete');
    expect(found.code).toBe(1);
  });

  test('refuses a call without a directory', async () => {
    expect(await run('save-results.sh', ['-n', 'own'])).toMatchObject({ code: 2 });
  });
});
