import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Path of a collection, such as `/api/v1/nodes`, → its objects. */
export type Recorded = Readonly<Record<string, readonly RecordedObject[]>>;

export interface RecordedObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export interface FakeCluster {
  readonly url: string;
  /** What is there; a test may change it while kubectl asks. */
  recorded: Recorded;
  /** Method and path of each request, but for discovery. */
  readonly requests: readonly string[];
  stop(): void;
}

/** Group and version → plural, kind, and whether it lies in a namespace. */
const KINDS: Readonly<Record<string, readonly [plural: string, kind: string, isGlobal?: true][]>> =
  {
    v1: [
      ['nodes', 'Node', true],
      ['namespaces', 'Namespace', true],
      ['pods', 'Pod'],
      ['secrets', 'Secret'],
      ['configmaps', 'ConfigMap'],
      ['resourcequotas', 'ResourceQuota'],
      ['limitranges', 'LimitRange'],
      ['persistentvolumeclaims', 'PersistentVolumeClaim'],
    ],
    'batch/v1': [['jobs', 'Job']],
    'networking.k8s.io/v1': [['networkpolicies', 'NetworkPolicy']],
    'storage.k8s.io/v1': [
      ['storageclasses', 'StorageClass', true],
      ['csidrivers', 'CSIDriver', true],
    ],
    'authorization.k8s.io/v1': [['selfsubjectaccessreviews', 'SelfSubjectAccessReview', true]],
    'nvidia.com/v1alpha1': [['dynamographdeployments', 'DynamoGraphDeployment']],
    'resource.nvidia.com/v1beta1': [['computedomains', 'ComputeDomain']],
    'grove.io/v1alpha1': [['podcliquesets', 'PodCliqueSet']],
  };

/**
 * An API server that answers kubectl's reads from recorded objects, and accepts deletions.
 *
 * @param missing groups that the cluster has no definitions of
 * @param denied plurals that the user may not create
 */
export async function startFakeCluster(
  recorded: Recorded,
  { missing = [], denied = [] }: { missing?: readonly string[]; denied?: readonly string[] } = {},
): Promise<FakeCluster> {
  const requests: string[] = [];
  const versions = Object.keys(KINDS).filter((one) => !missing.includes(one.split('/')[0] ?? ''));
  const cluster = { url: '', recorded, requests, stop: () => void server.close() };

  function answerTo(method: string, url: URL, body: string): [status: number, answer: unknown] {
    const { pathname, searchParams } = url;
    const discovered = discovery(pathname, versions);
    if (discovered !== undefined) return [200, discovered];
    requests.push(`${method} ${pathname}`);
    if (pathname.endsWith('/selfsubjectaccessreviews')) {
      // The question is in protobuf, and names the resource.
      const status = { allowed: !denied.some((one) => body.includes(one)) };
      return [
        201,
        { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', status },
      ];
    }
    const [, base = '', namespace, plural = '', name] =
      /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)(?:\/([^/]+))?$/.exec(
        pathname,
      ) ?? [];
    const version = base.replace(/^\/apis?\//, '');
    const kind = KINDS[version]?.find(([one]) => one === plural)?.[1];
    if (kind === undefined) return [404, failure(404, `no ${pathname}`)];
    const typed = (one: RecordedObject) => ({ apiVersion: version, kind, ...one });
    const all = (cluster.recorded[`${base}/${plural}`] ?? []).filter(
      (one) => namespace === undefined || (one.metadata.namespace ?? namespace) === namespace,
    );
    if (name !== undefined) {
      const found = all.find((one) => one.metadata.name === name);
      return found === undefined
        ? [404, failure(404, `${plural} "${name}" not found`)]
        : [200, typed(found)];
    }
    const items = all.filter((one) => isSelected(one, searchParams.get('labelSelector') ?? ''));
    return [
      200,
      { apiVersion: version, kind: `${kind}List`, metadata: {}, items: items.map(typed) },
    ];
  }

  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://cluster');
      const [status, answer] = answerTo(request.method ?? '', url, body);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cluster.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return cluster;
}

function discovery(path: string, versions: readonly string[]): unknown {
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') {
    const groups = versions
      .filter((one) => one.includes('/'))
      .map((groupVersion) => {
        const [name = '', version = ''] = groupVersion.split('/');
        const only = { groupVersion, version };
        return { name, versions: [only], preferredVersion: only };
      });
    return { kind: 'APIGroupList', apiVersion: 'v1', groups };
  }
  const groupVersion = path.replace(/^\/apis?\//, '');
  if (!versions.includes(groupVersion)) return undefined;
  const resources = KINDS[groupVersion]?.map(([name, kind, isGlobal]) => ({
    name,
    kind,
    namespaced: isGlobal !== true,
    singularName: '',
    verbs: ['create', 'delete', 'get', 'list'],
  }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

/** Selectors `key`, and `key=value`. */
function isSelected({ metadata }: RecordedObject, selector: string): boolean {
  if (selector === '') return true;
  const [key = '', value] = selector.split('=');
  const found = metadata.labels?.[key];
  return found !== undefined && (value === undefined || found === value);
}

function failure(code: number, message: string): object {
  const reason = code === 404 ? 'NotFound' : 'Unknown';
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code };
}
