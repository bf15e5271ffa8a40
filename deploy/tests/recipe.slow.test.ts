import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import { type ComputeDomain, type Deployment, deploymentsOf } from './deployments.ts';
import type { Manifest } from './kubernetes-types.ts';
import { check, jobOf, kubernetes, root, stepPaths, whyUnchecked } from './manifests.ts';
import { commandsOf, missingFor } from './page-commands.ts';

/** The recipe has one pod per benchmark; the sharded step is on the page on Kubernetes. */
const steps = stepPaths().filter((path) => path !== 'trtllm/sharded');

const seed = join(root, '../shared/seed');
const hasSeed = existsSync(seed) || process.env['TRACE_REPLAY_REQUIRE_SHARED'] === '1';

describe.skipIf(whyUnchecked !== undefined)('the recipe (Go is needed)', () => {
  let documents: readonly Manifest[] = [];
  beforeAll(() => {
    const checked = check(steps);
    expect(checked.problems).toBe('');
    documents = Object.values(checked.documents).flat();
  }, 600_000);

  test('every command of our step-by-step names what is there', () => {
    const commands = commandsOf(
      readFileSync(join(root, 'docs/recipes/deepseek-v32-fp4.md'), 'utf8'),
    );
    expect(commands.length).toBeGreaterThan(30);
    expect(commands.flatMap((command) => missingFor(command, documents))).toEqual([]);
    for (const step of steps) {
      expect(commands).toContain(`kubectl apply -k ${step} -n \${NAMESPACE}`);
    }
  });

  test('the page explains every setting', () => {
    const page = readFileSync(join(root, 'docs/recipes/deepseek-v32-fp4.md'), 'utf8');
    const settings = readFileSync(join(kubernetes, 'settings/kustomization.yaml'), 'utf8');
    const names = [...settings.matchAll(/^ +- (\w+)=|^ +(new\w+):/gm)].map(([, a, b]) => a ?? b);
    expect(names.length).toBeGreaterThan(6);
    const explained = [...page.matchAll(/^\| (`.+`) +\|/gm)].map(([, cell]) => cell).join();
    expect(names.filter((name) => !explained.includes(`\`${name}\``))).toEqual([]);
  });

  test('every command of the page on Kubernetes does', () => {
    const commands = commandsOf(readFileSync(join(root, 'docs/kubernetes.md'), 'utf8'));
    expect(commands.length).toBeGreaterThan(12);
    const all = [...documents, ...Object.values(check(['trtllm/sharded']).documents).flat()];
    expect(commands.flatMap((command) => missingFor(command, all))).toEqual([]);
  });

  test.skipIf(!hasSeed)("every command of the recipe's own page does (../shared is needed)", () => {
    const [name = ''] = readdirSync(seed);
    const page = readFileSync(join(seed, name), 'utf8');
    // The one difference: its files are directories here.
    const commands = commandsOf(page).map((one) => one.replace(/ -f (\S+)\.yaml /, ' -k $1 '));
    expect(commands.filter((one) => one.includes(' -k '))).toHaveLength(7);
    expect(commands.length).toBeGreaterThan(18);
    const missing = commands
      .filter((command) => !command.startsWith('datagen '))
      .flatMap((command) => missingFor(command, documents));
    // An error of that page: the command names no deployment.
    expect(missing).toEqual([
      'unknown command: kubectl delete dynamographdeployment -n agg-round-robin-dsv32-nvfp4 -n ${NAMESPACE}',
    ]);
    const options = commands.find((command) => command.startsWith('datagen ')) ?? '';
    const { command = [] } = jobOf(documents, 'trace').spec.template.spec.containers[0] ?? {};
    for (const [, option = '', value = ''] of options.matchAll(/(--[a-z-]+) (\S+)/g)) {
      const ours = command.find((argument) => argument.startsWith(`${option}=`));
      expect(basename(ours?.slice(option.length + 1) ?? '')).toBe(value);
    }
  });

  test('a command that names what is not there is found out', () => {
    const wrong = [
      'kubectl apply -k model-cache/no -n ${NAMESPACE}',
      'kubectl wait --for=condition=Complete job/download -n ${NAMESPACE} --timeout=1s',
      'kubectl exec -it -n ${NAMESPACE} <benchmark-pod-name> -- tmux a -t bench',
      'kubectl exec -it -n ${NAMESPACE} <benchmark-pod-name> -- ls -la /perf/artifacts/',
      'kubectl apply -f benchmark/no-monitor.yaml -n ${NAMESPACE}',
      'docker build -f Dockerfile -t ${IMAGE} ../..',
      'docker build -f ../Dockerfile -t ${IMAGE} ../../..',
      'kubectl create configmap trace-replay --from-file=trace.tgz -n ${NAMESPACE}',
      'kubectl get pods -n ${NAMESPACE} | grep bonchmark',
      'kubectl delete pod -l app=bench -n ${NAMESPACE}',
      './wait-for-job.sh download 900 -n ${NAMESPACE}',
      './wait-for.sh trace 900 -n ${NAMESPACE}',
      './wait-for-job.sh trace 900',
      'kubectl create configmap sharded --from-literal=REPLAY_RUN_ID="a" -n ${NAMESPACE}',
      'kubectl label configmap sharded-run app.kubernetes.io/part-of=replay -n ${NAMESPACE}',
      'kubectl delete jobs,pods -l app.kubernetes.io/part-of=replay -n ${NAMESPACE}',
      'kubectl delete secret hf-token -n ${NAMESPACE}',
      'helm install recipe',
    ];
    for (const command of wrong) expect(missingFor(command, documents), command).not.toEqual([]);
  });

  test('the trace that the benchmarks replay is the one that the trace Job makes', () => {
    const { command = [] } = jobOf(documents, 'trace').spec.template.spec.containers[0] ?? {};
    const made = command.find((argument) => argument.startsWith('--output-file='))?.slice(14);
    for (const mode of ['agg-round-robin', 'disagg-kv']) {
      const { env = [] } = jobOf(documents, mode).spec.template.spec.containers[0] ?? {};
      expect(env.find(({ name }) => name === 'REPLAY_TRACE')?.value).toBe(made);
    }
  });

  test('the deployments are those of the experiment, and the benchmarks meet them', () => {
    const facts = Object.fromEntries(deploymentsOf(documents).map((one) => [one.name, one]));
    expect(facts['agg-round-robin-dsv32-nvfp4']).toMatchObject({
      router: 'round-robin',
      gpus: 32,
      workers: {
        agg: { ...COMMON, replicas: 4, reuse: false, batch: 8, chunked: true, streamInterval: 10 },
      },
    });
    expect(facts['disagg-kv-dsv32-nvfp4']).toMatchObject({
      router: 'kv',
      gpus: 32,
      workers: {
        prefill: {
          ...COMMON,
          replicas: 2,
          reuse: true,
          batch: 32,
          chunked: true,
          streamInterval: undefined,
        },
        dec: { ...COMMON, replicas: 2, reuse: false, batch: 8, chunked: false, streamInterval: 10 },
      },
    });
    for (const { name, workers } of Object.values(facts)) {
      const job = documents.find(
        (one) =>
          one.kind === 'Job' && JSON.stringify(one).includes(`http://${name}-frontend:8000"`),
      );
      const { env = [] } = jobOf(documents, job?.metadata.name ?? '').spec.template.spec
        .containers[0] ?? { env: [] };
      const scraped = env.find((one) => one.name === 'REPLAY_SERVER_METRICS')?.value?.split('\n');
      const leaders = Object.entries(workers).flatMap(([worker, { replicas }]) =>
        Array.from(
          { length: replicas },
          (_, index) =>
            `http://${name}-0-${worker}-${index}-${worker}-ldr-0.${name}-0:9090/metrics`,
        ),
      );
      const wanted = [`http://${name}-frontend:8000/metrics`, ...leaders];
      expect(scraped?.toSorted()).toEqual(wanted.toSorted());
    }
  });

  test("frontends and workers have the recipe's flags and environment", () => {
    for (const { metadata, spec } of documents.filter(isDeployment)) {
      const mode = metadata.name.startsWith('agg') ? 'round-robin' : 'kv';
      for (const [name, service] of Object.entries(spec.services)) {
        const { args, env = [] } = service.extraPodSpec.mainContainer;
        const variables = env.map((one) => (one.valueFrom ? one.name : `${one.name}=${one.value}`));
        if (name === 'Frontend') {
          expect(args.toSorted()).toEqual(
            ['--router-mode', mode, '--router-reset-states', '--request-plane', 'nats'].toSorted(),
          );
          expect(variables).toEqual(['POD_UID']);
        } else {
          expect(args).toContain('--publish-events-and-metrics');
          const wanted = name === 'prefill' ? WORKER : [...WORKER, ...DECODING];
          const more = name === 'dec' ? ['ENROOT_ALLOW_DEV=yes'] : [];
          expect(variables.toSorted(), name).toEqual([...wanted, ...more].toSorted());
        }
      }
    }
  });

  test("workers claim the compute domain's channel, and mount an engine's settings", () => {
    const domain = documents.find((one) => one.kind === 'ComputeDomain') as ComputeDomain;
    const channel = domain.spec.channel.resourceClaimTemplate.name;
    for (const document of documents.filter((one) => one.kind === 'DynamoGraphDeployment')) {
      const { services } = (document as Deployment).spec;
      for (const service of Object.values(services).filter((one) => one.multinode)) {
        const claims = service.extraPodSpec.resourceClaims ?? [];
        expect(claims.map((claim) => claim.resourceClaimTemplateName)).toEqual([channel]);
        expect(service.resources?.claims.map((claim) => claim.name)).toEqual(
          claims.map((claim) => claim.name),
        );
      }
    }
  });
});

/** What all workers of the experiment have. */
const COMMON = {
  plane: 'nats',
  blockSize: 64,
  startupSeconds: 3600,
  maxTokens: 8192,
  maxLength: 121_000,
};

/** The environment of the recipe's workers. */
const WORKER = [
  'POD_UID',
  'HF_HOME=/model-cache',
  'TRITON_CACHE_DIR=/model-cache/.triton-cache',
  'NCCL_DEBUG=INFO',
  'NCCL_MNNVL_ENABLE=1',
  'NCCL_CUMEM_ENABLE=1',
  'NCCL_NVLS_ENABLE=1',
  'NCCL_GRAPH_MIXING_SUPPORT=0',
  'NCCL_SOCKET_IFNAME=eth0',
  'NCCL_STORE_TIMEOUT=7200',
  'NVIDIA_GDRCOPY=1',
  'UCX_CUDA_IPC_ENABLE_MNNVL=1',
  'GLOO_SOCKET_IFNAME=eth0',
  'TRTLLM_MOE_ENABLE_ALLTOALL_WITHOUT_ALLGATHER=1',
  'TRTLLM_ENABLE_PDL=1',
  'TRTLLM_SERVER_DISABLE_GC=1',
  'TRTLLM_WORKER_DISABLE_GC=1',
  'TLLM_LOG_LEVEL=INFO',
];
/** Of the aggregated workers and of those that decode. */
const DECODING = ['TRTLLM_FORCE_COMM_METHOD=NVLINK_TWO_SIDED', 'ENABLE_CONFIGURABLE_MOE=1'];

function isDeployment(document: Manifest): document is Deployment {
  return document.kind === 'DynamoGraphDeployment';
}
