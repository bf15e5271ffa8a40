import { execFile, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { type Recorded, type RecordedObject, startFakeCluster } from './fake-cluster.ts';
import { kubernetes } from './manifests.ts';

const hasKubectl = spawnSync('kubectl', ['version', '--client']).error === undefined;
const home = mkdtempSync(join(tmpdir(), 'trace-replay-kubectl-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

test('on a machine of CI the script is tested', () => {
  if (process.env['TRACE_REPLAY_REQUIRE_SHARED'] === '1') expect(hasKubectl).toBe(true);
});

describe.skipIf(!hasKubectl)('check-cluster.sh (kubectl is needed)', () => {
  test('finds nothing wrong with a cluster that has everything', async () => {
    const { code, text, bad } = await checked(GOOD, { settings: OWN_IMAGE });
    expect(bad).toEqual([]);
    expect(code, text).toBe(0);
    for (const found of [
      'This user may create what the steps hold',
      'the Dynamo platform is installed',
      'Grove is installed',
      '8 arm64 nodes have 4 GPUs',
      'Without GPUs, with 4 free cores: cpu-0 cpu-1',
      'makes volumes that several nodes can mount',
      'given to group 1000',
      'No quota',
      'No network policy limits ingress',
      'No network policy limits egress',
      'hf-token-secret has a token',
      'Pod security of the namespace refuses no pod',
    ]) {
      expect(text).toContain(found);
    }
    // What kubectl cannot see is said.
    expect(text).toMatch(/^\? .*cpuManagerPolicy/m);
    expect(text).toMatch(/^\? .*root_squash/m);
    expect(text).toMatch(/^\? .*"monitoring"/m);
  }, 120_000);

  test('finds each thing that is missing', async () => {
    const { code, text, bad } = await checked(BAD, {
      missing: ['grove.io', 'resource.nvidia.com'],
      denied: ['jobs', 'dynamographdeployments'],
    });
    expect(code).toBe(1);
    const findings = [
      /may not create: jobs.batch dynamographdeployments.nvidia.com$/,
      /DRA driver is not installed/,
      /Grove is not installed/,
      /enforces "restricted"/,
      /1 arm64 nodes have 4 GPUs or more, expected 8/,
      /No node has 4 free cores/,
      /"your-storage-class" \(ebs.csi.aws.com\) makes volumes for one node/,
      /Quota requests.cpu: 30 of 32 used/,
      /LimitRange allows 2 cores/,
      /Ingress to all pods is limited \(Ingress=closed Egress=closed \)/,
      /Egress of all pods is limited/,
      /hf-token-secret with the key HF_TOKEN is not there/,
      /image trace-replay:0.1.0 names no registry/,
      /is in REPLAY_SERVER_METRICS, and no pod has that name/,
    ];
    for (const finding of findings) {
      expect(
        bad.filter((line) => finding.test(line)),
        text,
      ).not.toEqual([]);
    }
    expect(bad.length).toBe(findings.length + 2);
    expect(text).toContain('agg-round-robin-dsv32-nvfp4-0-agg-0-agg-ldr-0 is there');
    expect(text).toMatch(/^\? .*Less than 4 free cores: gpu-amd small/m);
    expect(text).toMatch(/^\? .*without a benchmark: gpu-0/m);
    expect(text).toMatch(/^\? .*do not tolerate; .*: tainted \(dedicated\)/m);
    expect(text).not.toContain('cordoned');
    expect(text).toMatch(/^\? .*fsGroupPolicy None/m);
  }, 120_000);

  test.each([
    [
      'one node without GPUs',
      { '/api/v1/nodes': [...gpuNodes(8), node('only')] },
      /^\? {4}Only only has 4/m,
    ],
    ['GPU nodes that are left', { '/api/v1/nodes': gpuNodes(9) }, /^ok {3}1 GPU nodes are left/m],
    [
      'no storage class',
      { '/apis/storage.k8s.io/v1/storageclasses': [] },
      /^bad {2}Storage class "your-st/m,
    ],
    [
      'an unknown storage class',
      { '/apis/storage.k8s.io/v1/storageclasses': [storageClass('example.com/own')] },
      /^\? .*\(example.com\/own\): ask/m,
    ],
    [
      'room in the quota',
      { '/api/v1/resourcequotas': [quota('64', '500m')] },
      /^ok {3}Quota requests.cpu: 500m of 64 used/m,
    ],
  ])(
    'says so of %s',
    async (_, change, line) => {
      expect((await checked({ ...GOOD, ...change })).text).toMatch(line);
    },
    120_000,
  );

  test('reads pull secrets and tolerations from the settings', async () => {
    const settings = (text: string) =>
      OWN_IMAGE(text).replace(
        /# (- target: .*\n) +# (.*(?:imagePullSecrets|tolerations).*)/g,
        '$1  $2',
      );
    const secret = { metadata: { name: 'your-secret' }, type: 'kubernetes.io/dockerconfigjson' };
    const nodes = [...gpuNodes(8), node('tainted', { taint: 'dedicated' }), node('cpu-0')];
    const recorded = { ...GOOD, '/api/v1/nodes': nodes };
    const without = await checked(recorded, { settings });
    expect(without.bad).toEqual([expect.stringContaining('pull secret your-secret is not there')]);
    expect(without.text).toContain('with 4 free cores: tainted cpu-0.');
    const secrets = [...(GOOD['/api/v1/secrets'] ?? []), secret];
    const held = await checked({ ...recorded, '/api/v1/secrets': secrets }, { settings });
    expect(held.bad, held.text).toEqual([]);
  }, 120_000);

  test('tries the volumes while the helper pod runs', async () => {
    const bin = mkdtempSync(join(home, 'bin-'));
    mkdirSync(join(bin, 'model-cache'));
    // Commands in the pod are run here, where perf-cache is not there.
    writeFileSync(
      join(bin, 'kubectl'),
      `#!/bin/sh
if [ "$1" = exec ]; then
  while [ "$1" != -- ]; do shift; done
  [ "$2" = true ] || exec sh -c "$(echo "$4" | sed 's| /| ${bin}/|g')"
  exit
fi
exec ${spawnSync('sh', ['-c', 'command -v kubectl'], { encoding: 'utf8' }).stdout.trim()} "$@"
`,
      { mode: 0o755 },
    );
    const { text, bad } = await checked(GOOD, { settings: OWN_IMAGE, bin });
    expect(text).toContain('ok   User 1000 can write and link on model-cache.');
    expect(bad).toEqual([expect.stringContaining('cannot write or link on perf-cache')]);
    expect(readdirSync(join(bin, 'model-cache'))).toEqual([]);
  }, 120_000);

  test('ends with a namespace that is not there', async () => {
    const { code, bad } = await checked({});
    expect({ code, bad }).toEqual({ code: 1, bad: [expect.stringContaining('not found')] });
  }, 60_000);
});

const OWN_IMAGE = (text: string) =>
  text.replace('newName: trace-replay', 'newName: registry.test/own');

interface Options {
  readonly missing?: readonly string[];
  readonly denied?: readonly string[];
  readonly settings?: (text: string) => string;
  /** Comes first in the path. */
  readonly bin?: string;
}

async function checked(recorded: Recorded, { settings, bin, ...options }: Options = {}) {
  let directory = kubernetes;
  if (settings !== undefined) {
    directory = mkdtempSync(join(home, 'settled-'));
    cpSync(kubernetes, directory, { recursive: true });
    const file = join(directory, 'settings/kustomization.yaml');
    writeFileSync(file, settings(readFileSync(file, 'utf8')));
  }
  const cluster = await startFakeCluster(recorded, options);
  const { code, text } = await new Promise<{ code: unknown; text: string }>((resolve) => {
    execFile(
      join(directory, 'check-cluster.sh'),
      ['-n', 'bench', '--server', cluster.url],
      {
        timeout: 100_000,
        env: {
          PATH: `${bin ?? ''}:${process.env['PATH']}`,
          HOME: mkdtempSync(join(home, 'home-')),
        },
      },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, text: stdout + stderr }),
    );
  });
  cluster.stop();
  return { code, text, bad: text.split('\n').filter((line) => line.startsWith('bad')) };
}

function node(
  name: string,
  {
    cpu = '16',
    gpu,
    arch = 'arm64',
    taint,
    unschedulable,
  }: {
    cpu?: string;
    gpu?: string;
    arch?: string;
    taint?: string;
    unschedulable?: true;
  } = {},
): RecordedObject {
  return {
    metadata: { name, labels: { 'kubernetes.io/arch': arch } },
    spec: { unschedulable, taints: taint && [{ key: taint, effect: 'NoSchedule' }] },
    status: {
      allocatable: { cpu, ...(gpu && { 'nvidia.com/gpu': gpu }) },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  };
}

function gpuNodes(count: number): RecordedObject[] {
  return Array.from({ length: count }, (_, index) =>
    node(`gpu-${index}`, { cpu: '140', gpu: '4' }),
  );
}

function pod(name: string, nodeName: string, cpu: string, graph?: string): RecordedObject {
  const labels = graph === undefined ? {} : { 'nvidia.com/dynamo-graph-deployment-name': graph };
  return {
    metadata: { name, namespace: graph === undefined ? 'other' : 'bench', labels },
    spec: { nodeName, containers: [{ name: 'one', resources: { requests: { cpu } } }] },
  };
}

function storageClass(provisioner: string): RecordedObject {
  return { metadata: { name: 'your-storage-class' }, provisioner };
}

function quota(hard: string, used: string): RecordedObject {
  const status = { hard: { 'requests.cpu': hard }, used: { 'requests.cpu': used } };
  return { metadata: { name: 'team' }, status };
}

const GOOD: Recorded = {
  '/api/v1/namespaces': [{ metadata: { name: 'bench' } }],
  '/api/v1/nodes': [...gpuNodes(8), node('cpu-0'), node('cpu-1', { cpu: '7910m' })],
  '/api/v1/pods': [pod('daemon', 'cpu-1', '2500m'), pod('daemon-0', 'gpu-0', '100m')],
  '/api/v1/secrets': [{ metadata: { name: 'hf-token-secret' }, data: { HF_TOKEN: 'aGY=' } }],
  '/apis/storage.k8s.io/v1/storageclasses': [storageClass('efs.csi.aws.com')],
  '/apis/storage.k8s.io/v1/csidrivers': [
    { metadata: { name: 'efs.csi.aws.com' }, spec: { fsGroupPolicy: 'File' } },
  ],
};

const BAD: Recorded = {
  '/api/v1/namespaces': [
    { metadata: { name: 'bench', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
  ],
  '/api/v1/nodes': [
    node('gpu-0', { cpu: '140', gpu: '4' }),
    node('gpu-amd', { cpu: '2', gpu: '8', arch: 'amd64' }),
    node('small', { cpu: '4' }),
    node('tainted', { taint: 'dedicated' }),
    node('cordoned', { unschedulable: true }),
  ],
  '/api/v1/pods': [
    pod('daemon', 'small', '100m'),
    pod(
      'agg-round-robin-dsv32-nvfp4-0-agg-0-agg-ldr-0',
      'gpu-0',
      '0',
      'agg-round-robin-dsv32-nvfp4',
    ),
  ],
  '/api/v1/secrets': [{ metadata: { name: 'hf-token-secret' }, data: { token: 'aGY=' } }],
  '/apis/storage.k8s.io/v1/storageclasses': [storageClass('ebs.csi.aws.com')],
  '/apis/storage.k8s.io/v1/csidrivers': [
    { metadata: { name: 'ebs.csi.aws.com' }, spec: { fsGroupPolicy: 'None' } },
  ],
  '/api/v1/resourcequotas': [quota('32', '30')],
  '/api/v1/limitranges': [
    { metadata: { name: 'small' }, spec: { limits: [{ type: 'Container', max: { cpu: '2' } }] } },
  ],
  '/apis/networking.k8s.io/v1/networkpolicies': [
    {
      metadata: { name: 'closed' },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    },
  ],
};
