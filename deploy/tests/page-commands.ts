import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Container, Job, Manifest, Pod, PodSpec } from './kubernetes-types.ts';
import { kubernetes, stepPaths } from './manifests.ts';

/** The commands in the ```bash blocks of a page, one line each, without comments. */
export function commandsOf(page: string): string[] {
  return [...page.matchAll(/^ *```bash\n([\s\S]*?)^ *```/gm)].flatMap(([, block = '']) =>
    block
      .replace(/\s*\\\n\s*/g, ' ')
      .split('\n')
      .map((line) => line.replace(/^\s*#.*/, '').trim())
      .filter((line) => line !== ''),
  );
}

/**
 * Looks up everything that a command names: directories and files below `deploy/kubernetes`, where
 * it is typed, objects and labels among the documents, paths and programs in the pods.
 *
 * @returns what does not exist, or the whole command if no rule below knows it
 */
export function missingFor(command: string, documents: readonly Manifest[]): string[] {
  const rule = RULES.find(([pattern]) => pattern.test(command));
  if (rule === undefined) return [`unknown command: ${command}`];
  const [pattern, look] = rule;
  const [, ...groups] = pattern.exec(command) ?? [];
  return look(
    groups.map((group) => group ?? ''),
    documents,
    command,
  ).map((what) => `${command}: ${what}`);
}

type Look = (groups: string[], documents: readonly Manifest[], command: string) => string[];

const RULES: readonly [pattern: RegExp, look: Look][] = [
  [/^export [A-Z_]+=\S+$/, () => []],
  [/^kubectl create secret generic (\S+) --from-literal=(\w+)="[^"]+" -n \S+$/, secret],
  [/^kubectl (?:apply|delete) -k (\S+) -n \S+(?: --ignore-not-found)?$/, step],
  [/^kubectl apply -f (\S+) -n \S+$/, ([file = '']) => absent([join(kubernetes, file)])],
  [/^docker (?:buildx )?build .*-f (\S+) .* (\S+)$/, built],
  [/^docker push \$\{IMAGE\}$/, () => []],
  [/^node (\S+)$/, ([file = '']) => absent([join(kubernetes, file)])],
  [/^\.\/(\S+\.sh) (?!.*-n NAMESPACE).*-n \S+$/, script],
  [/^kubectl create configmap (\S+) --from-literal=(\w+)="[^"]+" -n \S+$/, mapped],
  [/^kubectl label configmap (\S+) (\S+)=(\S+) -n \S+$/, marked],
  [/^kubectl delete \w+,[\w,]+ -l (\S+)=(\S+) -n \S+$/, marks],
  [/^kubectl delete (?:secret|configmap) (\S+) -n \S+$/, mentioned],
  [/^kubectl create configmap (\S+) --from-file=(\S+) -n \S+$/, packed],
  [/^kubectl wait --for=condition=\S+ (\w+)\/(\S+) -n \S+ --timeout=\S+$/, named],
  [/^kubectl wait --for=condition=ready pod -l (\S+) -n \S+ --timeout=\S+$/, engines],
  [/^kubectl logs (?:-f )?(job)\/(\S+) -n \S+$/, named],
  [/^kubectl get pods -n \S+ \| grep (\w+)$/, grepped],
  [/^kubectl exec (?:-it -n \S+ )?(\S+)(?: -n \S+)? -- (.+)$/, executed],
  [/^kubectl cp (?:\S+) [^/ ]+\/([^: ]+):(\S+)$/, copied],
  [/^kubectl cp [^/ ]+\/([^: ]+):(\S+) \S+$/, copied],
  [/^kubectl delete (?:pod|job) -l (\w+)=(\S+) -n \S+$/, labelled],
  [/^kubectl delete (job|pod|dynamographdeployment) (?!-)(.+?) -n \S+$/, deleted],
];

function secret([name = '', key = '']: string[], documents: readonly Manifest[]): string[] {
  const text = JSON.stringify(documents);
  const isUsed = text.includes(`"secretName":"${name}"`) && text.includes(`/${key}"`);
  const others = [...text.matchAll(/"(?:secretName|envFromSecret)":"([^"]+)"/g)].map(
    ([, to]) => to,
  );
  return isUsed ? others.filter((other) => other !== name).map(String) : [`${name} is not used`];
}

function step([path = '']: string[]): string[] {
  return stepPaths().includes(path) ? [] : [`no step ${path}`];
}

/** The file is named from where the command is typed; what it copies, from the context. */
function built([file = '', context = '']: string[]): string[] {
  return absent([join(kubernetes, file), join(kubernetes, context, 'deploy/pack.mjs')]);
}

/** The script exists, and waits for a Job that does. */
function script([file = '']: string[], documents: readonly Manifest[], command: string): string[] {
  const [, job] = /^\.\/wait-for-job\.sh (\S+) \d+ /.exec(command) ?? [];
  return [
    ...absent([join(kubernetes, file)]),
    ...(job === undefined ? [] : named(['Job', job], documents)),
  ];
}

/** Containers read the ConfigMap's key. */
function mapped([name = '', key = '']: string[], documents: readonly Manifest[]): string[] {
  const text = JSON.stringify(documents);
  return text.includes(`"configMapRef":{"name":"${name}"}`) && text.includes(`$(${key})`)
    ? []
    : [`no container reads ${key} of ${name}`];
}

function mentioned([name = '']: string[], documents: readonly Manifest[]): string[] {
  const reader = new RegExp(`"(?:secretName|configMapRef":{"name)":"${name}"`);
  return reader.test(JSON.stringify(documents)) ? [] : [`nothing reads ${name}`];
}

/** The label is the one that every step has. */
function marked([, key = '', value = '']: string[], documents: readonly Manifest[]): string[] {
  return marks([key, value], documents);
}

function marks([key = '', value = '']: string[], documents: readonly Manifest[]): string[] {
  return documents.every(({ metadata }) => metadata.labels?.[key] === value)
    ? []
    : [`not everything has ${key}=${value}`];
}

function absent(paths: readonly string[]): string[] {
  return paths.filter((path) => !existsSync(path)).map((path) => `no file ${path}`);
}

function packed([name = '', file = '']: string[]): string[] {
  const read = (path: string) => readFileSync(join(kubernetes, 'components', path), 'utf8');
  const isUnpacked = read('stock-node/unpack.yaml').includes(`--file=/packed/${file}\n`);
  const isMounted = read('stock-node-configmap/packed.yaml').includes(` name: ${name}\n`);
  return isUnpacked && isMounted ? [] : [`no component unpacks ${file} of ${name}`];
}

function named([kind = '', name = '']: string[], documents: readonly Manifest[]): string[] {
  return isThere(kind, name, documents) ? [] : [`no ${kind} "${name}"`];
}

function deleted([kind = '', names = '']: string[], documents: readonly Manifest[]): string[] {
  return names.split(' ').flatMap((name) => named([kind, name], documents));
}

/** The operator labels the pods of a deployment with its name. */
function engines([label = '']: string[], documents: readonly Manifest[]): string[] {
  const [key, name = ''] = label.split('=');
  if (key !== 'nvidia.com/dynamo-graph-deployment-name') return [`no label ${key}`];
  return named(['DynamoGraphDeployment', name], documents);
}

/** A pod of a Job begins with the Job's name. */
function grepped([word = '']: string[], documents: readonly Manifest[]): string[] {
  const names = documents.filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata.name);
  return names.filter((name) => name.includes(word)).length >= 2 ? [] : [`no two Jobs "${word}"`];
}

function labelled([key = '', value = '']: string[], documents: readonly Manifest[]): string[] {
  const found = documents.filter((document) => {
    if (document.kind !== 'Job') return document.metadata.labels?.[key] === value;
    const { template } = (document as Job).spec;
    return document.metadata.labels?.[key] === value && template.metadata.labels[key] === value;
  });
  return found.length >= 2 ? [] : [`no pods with ${key}=${value}`];
}

function executed([pod = '', command = '']: string[], documents: readonly Manifest[]): string[] {
  const session = /^tmux a -t (\w+)$/.exec(command)?.[1];
  if (session !== undefined) {
    const script = readFileSync(join(kubernetes, '../image/in-tmux.mjs'), 'utf8');
    const started = specsOf(pod, documents).filter(({ containers }) =>
      containers[0]?.command?.includes('/opt/trace-replay/in-tmux.mjs'),
    );
    const isThere = script.includes(`SESSION = '${session}'`) && started.length > 0;
    return isThere ? [] : [`no session ${session}`];
  }
  const path = /^(?:ls -la|mkdir -p) (\S+)$/.exec(command)?.[1];
  return path === undefined ? [`unknown program: ${command}`] : copied([pod, path], documents);
}

/** The path is on a volume of the pod. */
function copied([pod = '', path = '']: string[], documents: readonly Manifest[]): string[] {
  const specs = specsOf(pod, documents);
  const mounts = specs.map(({ containers }) => containers.flatMap(mountPathsOf));
  const isMounted = mounts.every((paths) =>
    paths.some((mounted) => path.startsWith(`${mounted}/`)),
  );
  return specs.length > 0 && isMounted ? [] : [`no ${path} in pod ${pod}`];
}

function mountPathsOf({ volumeMounts = [] }: Container): string[] {
  return volumeMounts.map((mount) => mount.mountPath);
}

/** Placeholders: the pods of the benchmarks, and the helper that holds both volumes. */
function specsOf(pod: string, documents: readonly Manifest[]): PodSpec[] {
  if (pod === '<benchmark-pod-name>') {
    return documents
      .filter(({ kind, metadata }) => kind === 'Job' && metadata.labels?.['app'] === 'benchmark')
      .map((document) => (document as Job).spec.template.spec);
  }
  const name = pod === '<helper-pod>' ? 'benchmark-helper' : pod;
  return documents
    .filter(({ kind, metadata }) => kind === 'Pod' && metadata.name === name)
    .map((document) => (document as Pod).spec);
}

function isThere(kind: string, name: string, documents: readonly Manifest[]): boolean {
  return documents.some(
    (document) =>
      document.kind.toLowerCase() === kind.toLowerCase() && document.metadata.name === name,
  );
}
