import { basename } from 'node:path';

import type { EnvVar, Manifest } from './kubernetes-types.ts';

export interface ComputeDomain extends Manifest {
  readonly spec: {
    readonly channel: { readonly resourceClaimTemplate: { readonly name: string } };
  };
}

export interface Deployment extends Manifest {
  readonly spec: { readonly services: Readonly<Record<string, Service>> };
}

interface Service {
  readonly replicas: number;
  readonly multinode?: { readonly nodeCount: number };
  readonly resources?: {
    readonly limits: { readonly gpu: string };
    readonly claims: readonly { readonly name: string }[];
  };
  readonly extraPodSpec: {
    readonly resourceClaims?: readonly { name: string; resourceClaimTemplateName: string }[];
    readonly volumes?: readonly { name: string; configMap?: { name: string } }[];
    readonly mainContainer: {
      readonly args: readonly string[];
      readonly env?: readonly EnvVar[];
      readonly startupProbe?: {
        readonly periodSeconds: number;
        readonly failureThreshold: number;
      };
    };
  };
}

/** The facts of the experiment, as the manifests state them. */
export function deploymentsOf(documents: readonly Manifest[]) {
  const found = documents.filter((one) => one.kind === 'DynamoGraphDeployment') as Deployment[];
  return found.map(({ metadata, spec }) => {
    const engines = Object.entries(spec.services).filter(([, service]) => service.multinode);
    const workers = engines.map(([name, service]): [string, Worker] => {
      const engine = service.extraPodSpec.volumes?.find((volume) => volume.name === 'engine');
      const config = documents.find(
        (one) => one.kind === 'ConfigMap' && one.metadata.name === engine?.configMap?.name,
      ) as (Manifest & { data: Record<string, string> }) | undefined;
      const file = basename(argument(service, '--extra-engine-args') ?? '');
      return [name, workerOf(service, config?.data[file] ?? '')];
    });
    const gpus = engines.map(
      ([, { replicas, multinode, resources }]) =>
        replicas * (multinode?.nodeCount ?? 1) * Number(resources?.limits.gpu),
    );
    return {
      name: metadata.name,
      router: argument(spec.services['Frontend'], '--router-mode'),
      gpus: gpus.reduce((sum, count) => sum + count, 0),
      workers: Object.fromEntries(workers),
    };
  });
}

type Worker = ReturnType<typeof workerOf>;

function workerOf(service: Service, engine: string) {
  const { startupProbe } = service.extraPodSpec.mainContainer;
  const setting = (name: string) => new RegExp(`^ *${name}: (\\S+)$`, 'm').exec(engine)?.[1];
  const interval = setting('stream_interval');
  return {
    replicas: service.replicas,
    plane: argument(service, '--request-plane'),
    blockSize: Number(argument(service, '--kv-block-size')),
    startupSeconds: (startupProbe?.periodSeconds ?? 0) * (startupProbe?.failureThreshold ?? 0),
    maxTokens: Number(setting('max_num_tokens')),
    maxLength: Number(setting('max_seq_len')),
    chunked: setting('enable_chunked_prefill') === 'true',
    reuse: setting('enable_block_reuse') === 'true',
    batch: Number(/^max_batch_size: (\d+)$/m.exec(engine)?.[1]),
    streamInterval: interval === undefined ? undefined : Number(interval),
  };
}

function argument(service: Service | undefined, name: string): string | undefined {
  const args = service?.extraPodSpec.mainContainer.args ?? [];
  return args[args.indexOf(name) + 1];
}
