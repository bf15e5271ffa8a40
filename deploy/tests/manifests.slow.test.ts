import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Deployment } from './deployments.ts';
import type { Container, Job, Manifest, Volume } from './kubernetes-types.ts';
import {
  allPaths,
  check,
  composed,
  jobOf,
  jobsOf,
  kubernetes,
  manifestsOf,
  podsOf,
  root,
  stepPaths,
  whyUnchecked,
} from './manifests.ts';

const paths = allPaths();
const BENCHMARKS = [
  'trtllm/agg-round-robin/perf',
  'trtllm/disagg-kv-router/perf',
  'trtllm/sharded',
];
/** The steps whose Jobs run our image. */
const OWN_JOBS = ['model-cache/trace', 'trtllm/compare', ...BENCHMARKS];
const TRACE =
  '/model-cache/traces/conversation_trace_synth_16.00x1+10.00_speedup1_maxisl110000.jsonl';
/** Directories that steps are made of. */
const BASES = paths.filter((path) => !stepPaths().includes(path) && !path.endsWith('.yaml'));
const scratch = mkdtempSync(join(tmpdir(), 'trace-replay-manifests-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('on a machine of CI manifests are checked', () => {
  if (process.env['CI'] === 'true') expect(whyUnchecked).toBeUndefined();
});

describe.skipIf(whyUnchecked !== undefined)('manifests (Go is needed)', () => {
  let all: Readonly<Record<string, readonly Manifest[]>> = {};
  beforeAll(() => {
    const { documents, problems } = check(paths);
    expect(problems).toBe('');
    all = documents;
  }, 600_000);

  test('every path builds, and every document is what the Kubernetes API takes', () => {
    expect(paths.length).toBeGreaterThan(6);
    for (const path of paths) expect(all[path]?.length, path).toBeGreaterThan(0);
  });

  test('a step holds every setting, and no place is left without one', () => {
    const changed = {
      'newName: trace-replay': 'newName: registry.test/own',
      'newTag: 0.1.0': 'newTag: 9.9.9',
      'storageClass=your-storage-class': 'storageClass=own-class',
      'model=nvidia/DeepSeek-V3.2-NVFP4': 'model=own/model',
      [`trace=${TRACE}`]: 'trace=/model-cache/traces/own.jsonl',
      'engineImage=nvcr.io/nvidia/ai-dynamo/tensorrtllm-runtime:1.3.1': 'engineImage=own-engine:1',
      'channel=dsv32-compute-domain-channel': 'channel=own-channel',
    };
    const documents = settled((text) =>
      Object.entries(changed).reduce((edited, [from, to]) => {
        expect(edited).toContain(from);
        return edited.replace(from, to);
      }, text),
    );
    const text = JSON.stringify(documents);
    expect(text).not.toMatch(/settings\.|"image":"trace-replay["@:]|your-storage-class|NVFP4"/);
    const counts = {
      'registry.test/own:9.9.9': jobsOf(documents).flatMap(containersOf).length - 2,
      'own-class': 2,
      'own/model': 1 + 3 + 2 * 3,
      '/model-cache/traces/own.jsonl': 3,
      'own-engine:1': 2 + 3,
      'own-channel': 1 + 3,
    };
    for (const [value, count] of Object.entries(counts)) {
      expect(text.split(`"${value}"`).length - 1, value).toBe(count);
    }
  });

  test('every line of the settings that is commented out can be used', () => {
    const optional: [lines: string[], found: string, kind: string, count: number][] = [
      [['- ../components/stock-node\n'], '"name":"packed","persistentVolumeClaim"', 'Job', 6],
      [['- ../components/stock-node-configmap\n'], '"configMap":{"name":"trace-replay"}', 'Job', 6],
      [['- ../components/api-key\n'], '"secretName":"replay-api-key"', 'Job', 3],
    ];
    for (const [lines, found, kind, count] of optional) {
      const documents = settled((text) =>
        lines.reduce((edited, line) => {
          expect(edited).toContain(`# ${line}`);
          return edited.replace(`# ${line}`, line);
        }, text),
      );
      const having = documents.filter(
        (one) => one.kind === kind && JSON.stringify(one).includes(found),
      );
      expect(having.length, lines[0]).toBe(count);
    }
  });

  test('every patch of the settings that is commented out can be used, all at once', () => {
    const documents = settled((text) => {
      const [head = '', patches = ''] = text.split(/(?<=^patches:\n)/m);
      return head + patches.replace(/^( +)# ( *(?:- |patch:))/gm, '$1$2');
    });
    const count = (kind: string, found: string) =>
      documents.filter((one) => one.kind === kind && JSON.stringify(one).includes(found)).length;
    const secret = '"imagePullSecrets":[{"name":"your-secret"}]';
    const toleration = '"tolerations":[{"key":"dedicated","operator":"Exists"}]';
    const jobs = jobsOf(documents).length;
    expect({ jobs: count('Job', secret), pods: count('Pod', secret) }).toEqual({ jobs, pods: 1 });
    expect({ jobs: count('Job', toleration), pods: count('Pod', toleration) }).toEqual({
      jobs,
      pods: 1,
    });
    expect(count('Job', '"nodeSelector":{"your-label":"your-value"}')).toBe(jobs);
    for (const document of documents.filter((one) => one.kind === 'DynamoGraphDeployment')) {
      const services = Object.values((document as Deployment).spec.services);
      expect(JSON.stringify(document).split(secret)).toHaveLength(services.length + 1);
      expect(JSON.stringify(document).split(toleration)).toHaveLength(services.length + 1);
    }
  });

  test('what a step makes is marked, so that one command deletes all but the volumes', () => {
    const page = readFileSync(join(root, 'docs/recipes/deepseek-v32-fp4.md'), 'utf8');
    const [, kinds = '', label = ''] =
      /^kubectl delete ([\w,]+) +-l (\S+)/m.exec(page.replaceAll('\\\n ', '')) ?? [];
    const [key = '', value] = label.split('=');
    const deleted = new Set(kinds.split(','));
    for (const document of Object.values(all).flat()) {
      const { kind, metadata } = document;
      if (BASES.some((base) => all[base]?.includes(document))) continue;
      expect(metadata.labels?.[key], `${kind}/${metadata.name}`).toBe(value);
      if (kind === 'Job') expect((document as Job).spec.template.metadata.labels[key]).toBe(value);
      const isVolume = kind === 'PersistentVolumeClaim';
      if (kind !== 'PodMonitor') expect(deleted.has(pluralOf(kind)), kind).toBe(!isVolume);
    }
  });

  test('the number of shards stands once', () => {
    const copy = mkdtempSync(join(scratch, 'shards-'));
    cpSync(kubernetes, copy, { recursive: true });
    const file = join(copy, 'trtllm/sharded/kustomization.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('count=4', 'count=12'));
    const path = join(copy, 'trtllm/sharded');
    const documents = manifestsOf(path);
    const shards = jobOf(documents, 'disagg-kv-benchmark');
    expect(shards.spec).toMatchObject({ completions: 12, parallelism: 12 });
    expect(valueOf(shards.spec.template.spec.containers[0], 'REPLAY_SHARDS')).toBe('12');
    const [wait] = jobOf(documents, 'merge').spec.template.spec.initContainers ?? [];
    expect(wait?.command?.at(-2)).toBe('12');
  });

  test('components fit every Job that they are for', () => {
    for (const component of ['stock-node', 'stock-node-configmap', 'api-key']) {
      const bases = component === 'api-key' ? BENCHMARKS : OWN_JOBS;
      for (const base of bases) {
        const documents = manifestsOf(composed(scratch, base, [component]));
        expect(jobsOf(documents).length).toBeGreaterThan(0);
      }
    }
  });

  test('the checker finds what the API server would refuse', () => {
    const job = readFileSync(join(kubernetes, 'trtllm/compare/compare.yaml'), 'utf8');
    const refused: [from: string, to: string, message: RegExp][] = [
      ['backoffLimit: 0', 'backofLimit: 0', /unknown field "spec.backofLimit"/],
      ['backoffLimit: 0', 'backoffLimit: none', /cannot unmarshal string .* int32/],
      ['backoffLimit: 0', 'backoffLimit: 0\n  backoffLimit: 1', /"backoffLimit" already set/],
      ['batch/v1', 'batch/v9', /no kind "Job" is registered for version "batch\/v9"/],
    ];
    for (const [from, to, message] of refused) {
      const file = join(scratch, 'refused.yaml');
      writeFileSync(file, job.replace(from, to));
      expect(check([file]).problems).toMatch(message);
    }
    // A pod is restricted only with the component that all Jobs share.
    expect(check([join(kubernetes, 'trtllm/compare/compare.yaml')]).problems).toMatch(
      /runAsNonRoot/,
    );
  });

  test('kubectl builds the same', ({ skip }) => {
    if (spawnSync('kubectl', ['version', '--client']).error) skip('kubectl is not installed');
    for (const path of paths.filter((name) => !name.endsWith('.yaml'))) {
      const file = join(scratch, 'built.yaml');
      writeFileSync(file, execFileSync('kubectl', ['kustomize', path], { cwd: kubernetes }));
      expect(sorted(check([file]).documents[file]), path).toEqual(sorted(all[path]));
    }
  });

  test('a pod of ours takes whole cores, no token, and nothing but its own volumes', () => {
    for (const { name, spec } of Object.values(all).flatMap(podsOf)) {
      expect(spec.automountServiceAccountToken, name).toBe(false);
      expect(spec.enableServiceLinks, name).toBe(false);
      const volumes = new Map(spec.volumes?.map((volume) => [volume.name, volume]));
      for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
        const { requests, limits } = container.resources;
        expect(requests, name).toEqual(limits);
        expect(limits['cpu'], name).toMatch(/^[1-9]\d*$/);
        expect(container.securityContext.readOnlyRootFilesystem, name).toBe(true);
        const mounted = container.volumeMounts?.map((mount) => mount.name) ?? [];
        expect(mounted.filter((volume) => !volumes.has(volume))).toEqual([]);
        expect(isNoShell(container), `${name} ${container.command?.join(' ')}`).toBe(true);
      }
    }
  });

  test('a benchmark is run once, within a deadline, with time to drain, away from the engines', () => {
    const jobs = Object.values(all).flatMap(jobsOf);
    for (const job of jobs) expect(job.spec.activeDeadlineSeconds, nameOf(job)).toBeGreaterThan(0);
    const benchmarks = jobs.filter((job) => job.metadata.labels?.['app'] === 'benchmark');
    expect(benchmarks.length).toBeGreaterThanOrEqual(3);
    for (const job of benchmarks) {
      const { backoffLimit, backoffLimitPerIndex, template } = job.spec;
      expect(backoffLimitPerIndex ?? backoffLimit, nameOf(job)).toBe(0);
      expect(template.metadata.labels['app']).toBe('benchmark');
      const drainSeconds = Number(valueOf(template.spec.containers[0], 'REPLAY_DRAIN'));
      expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(drainSeconds + 30);
      const [away] =
        template.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ??
        [];
      expect(away?.topologyKey).toBe('kubernetes.io/hostname');
      expect(away?.labelSelector.matchExpressions).toContainEqual({
        key: 'nvidia.com/dynamo-graph-deployment-name',
        operator: 'Exists',
      });
    }
  });

  test('every REPLAY_ variable is a flag of the command', () => {
    const main = join(root, 'packages/cli/dist/main.js');
    const help = execFileSync(process.execPath, [main, '--help-all'], { encoding: 'utf8' });
    const flags = new Set(
      [...help.matchAll(/--([a-z][a-z-]+)/g)].map(([, flag]) => variableOf(flag ?? '')),
    );
    const names = Object.values(all)
      .flatMap(podsOf)
      .flatMap(({ spec }) => spec.containers)
      .flatMap((container) => container.env?.map((variable) => variable.name) ?? [])
      .filter((name) => name.startsWith('REPLAY_') && name !== 'REPLAY_SHARDS');
    expect(new Set(names).size).toBeGreaterThan(15);
    expect([...new Set(names)].filter((name) => !flags.has(name))).toEqual([]);
  });

  test('the two benchmarks differ in their target only', () => {
    const [aggregated, disaggregated] = [
      ['agg-round-robin', 'agg-round-robin'],
      ['disagg-kv', 'disagg-kv-router'],
    ].map(([mode = '', path]) => {
      const text = JSON.stringify(all[`trtllm/${path}/perf`]).replaceAll(mode, 'MODE');
      const documents = JSON.parse(text) as Manifest[];
      const { env = [] } = jobOf(documents, 'MODE').spec.template.spec.containers[0] ?? {};
      const metrics = env.filter(({ name }) => name === 'REPLAY_SERVER_METRICS');
      return { documents: text, metrics: metrics.map(({ value }) => value ?? '').join() };
    });
    expect(aggregated?.metrics.split('\n')).toHaveLength(5);
    expect(disaggregated?.metrics.split('\n')).toHaveLength(5);
    const rest = (one: typeof aggregated) =>
      one?.documents.replace(JSON.stringify(one.metrics), 'METRICS');
    expect(rest(disaggregated)).toBe(rest(aggregated));
  });

  test('what Prometheus scrapes is the port that the pod has and the policy lets in', () => {
    const path = 'trtllm/disagg-kv-router/perf';
    const documents = [path, 'benchmark/pod-monitor.yaml'].flatMap((one) => all[one] ?? []);
    const container = jobsOf(documents)[0]?.spec.template.spec.containers[0];
    const port = container?.ports?.find(({ name }) => name === 'metrics')?.containerPort;
    expect(String(port)).toBe(valueOf(container, 'REPLAY_METRICS_PORT'));
    const text = (kind: string) => JSON.stringify(documents.find((one) => one.kind === kind));
    expect(text('PodMonitor')).toContain('"port":"metrics"');
    expect(text('NetworkPolicy')).toContain(`"port":${port}`);
  });

  test('on a stock image the unpacking comes first, to where the commands look', () => {
    for (const base of OWN_JOBS) {
      for (const component of ['stock-node', 'stock-node-configmap']) {
        const documents = manifestsOf(composed(scratch, base, [component]));
        for (const { spec } of podsOf(documents)) {
          const [unpack, ...others] = [...(spec.initContainers ?? []), ...spec.containers];
          expect(unpack?.name).toBe('unpack');
          for (const container of [unpack, ...others]) {
            expect(container?.image).toBe('docker.io/library/node:20');
            expect(container?.volumeMounts?.map((mount) => mount.mountPath)).toContain(
              '/opt/trace-replay',
            );
          }
          const packed = spec.volumes?.find((volume: Volume) => volume.name === 'packed');
          expect(packed?.configMap?.name ?? packed?.persistentVolumeClaim?.claimName).toBe(
            component === 'stock-node' ? 'perf-cache' : 'trace-replay',
          );
        }
      }
    }
  });
});

/** The documents of all steps with an edited copy of the settings. */
function settled(edit: (settings: string) => string): readonly Manifest[] {
  const copy = mkdtempSync(join(scratch, 'settled-'));
  cpSync(kubernetes, copy, { recursive: true });
  const file = join(copy, 'settings/kustomization.yaml');
  writeFileSync(file, edit(readFileSync(file, 'utf8')));
  const { documents, problems } = check(stepPaths().map((path) => join(copy, path)));
  expect(problems).toBe('');
  return Object.values(documents).flat();
}

function containersOf({ spec }: Job): readonly Container[] {
  const { initContainers = [], containers } = spec.template.spec;
  return [...initContainers, ...containers];
}

/** kubectl orders the documents in its own way. */
function sorted(documents: readonly Manifest[] = []): readonly Manifest[] {
  const key = ({ kind, metadata }: Manifest) => `${kind}/${metadata.name}`;
  return documents.toSorted((a, b) => key(a).localeCompare(key(b)));
}

function isNoShell({ command, args }: Container): boolean {
  return args === undefined && /^(node|tar|sleep|python3)$/.test(command?.[0] ?? '');
}

function valueOf(container: Container | undefined, name: string): string | undefined {
  return container?.env?.find((variable) => variable.name === name)?.value;
}

function variableOf(flag: string): string {
  return `REPLAY_${flag.toUpperCase().replaceAll('-', '_')}`;
}

/** `networkpolicies` of `NetworkPolicy`. */
function pluralOf(kind: string): string {
  return `${kind.toLowerCase()}s`.replace(/ys$/, 'ies');
}

function nameOf(job: Job): string {
  return job.metadata.name;
}
