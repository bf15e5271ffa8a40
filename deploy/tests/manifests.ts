import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { builtChecker } from './checker.ts';
import type { Job, Manifest, Pod, PodSpec } from './kubernetes-types.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const kubernetes = join(root, 'deploy/kubernetes');

/** Why manifests cannot be checked on this machine; absent if they can. */
export const whyUnchecked =
  spawnSync('go', ['version']).error === undefined
    ? undefined
    : 'manifests are checked by a Go program, and go is not installed';

/** Directories that steps are made of. */
const BASES = ['benchmark', 'trtllm/deployment', 'trtllm/sharded/merge'];

/** The checker's output for paths, absolute or below `deploy/kubernetes`. */
export function check(paths: readonly string[]): {
  documents: Readonly<Record<string, readonly Manifest[]>>;
  problems: string;
} {
  const { stdout, stderr } = spawnSync(
    builtChecker(join(root, 'deploy/manifest-check'), join(root, '.cache')),
    paths,
    {
      cwd: kubernetes,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    },
  );
  const documents = stdout === '' ? {} : (JSON.parse(stdout) as Record<string, Manifest[]>);
  return { documents, problems: stderr };
}

/** A kustomize directory below `scratch` of a base and components, as a user writes it. */
export function composed(scratch: string, base: string, components: readonly string[]): string {
  const directory = mkdtempSync(join(scratch, 'composed-'));
  const list = (paths: readonly string[]) =>
    paths.map((path) => `  - ${relative(directory, join(kubernetes, path))}`).join('\n');
  writeFileSync(
    join(directory, 'kustomization.yaml'),
    `resources:\n${list([base])}\ncomponents:\n${list(components.map((one) => `components/${one}`))}\n`,
  );
  return directory;
}

/** The documents of one path, checked. */
export function manifestsOf(path: string): readonly Manifest[] {
  const { documents, problems } = check([path]);
  if (problems !== '') throw new Error(problems);
  return documents[path] ?? [];
}

/** The directories that `kubectl apply -k` takes, below `deploy/kubernetes`. */
export function stepPaths(): string[] {
  return kustomizeDirectories().filter((path) => !BASES.includes(path));
}

/** The same, the directories that steps are made of, and the file that is applied by itself. */
export function allPaths(): string[] {
  return [...kustomizeDirectories(), 'benchmark/pod-monitor.yaml'];
}

export function jobsOf(documents: readonly Manifest[]): Job[] {
  return documents.filter((document): document is Job => document.kind === 'Job');
}

/** The one Job whose name is, or begins with, this. */
export function jobOf(documents: readonly Manifest[], name: string): Job {
  const [found, ...others] = jobsOf(documents).filter((job) => job.metadata.name.startsWith(name));
  if (found === undefined || others.length > 0) throw new Error(`not one Job "${name}"`);
  return found;
}

/** Every pod that documents make, but for those of Dynamo's deployments. */
export function podsOf(documents: readonly Manifest[]): { name: string; spec: PodSpec }[] {
  return documents.flatMap((document) => {
    const name = `${document.kind}/${document.metadata.name}`;
    if (document.kind === 'Job') return [{ name, spec: (document as Job).spec.template.spec }];
    return document.kind === 'Pod' ? [{ name, spec: (document as Pod).spec }] : [];
  });
}

function kustomizeDirectories(): string[] {
  return readdirSync(kubernetes, { recursive: true, encoding: 'utf8' })
    .filter((file) => basename(file) === 'kustomization.yaml')
    .map((file) => dirname(file))
    .filter((path) => path !== 'settings' && !path.startsWith('components/'))
    .sort();
}
