import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { ConfigMap, Container, Job, Manifest, PodSpec } from './kubernetes-types.ts';

const LIMIT_MS = 150_000;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PodOptions {
  /** The ConfigMaps that containers name. */
  readonly documents?: readonly Manifest[];
  /** The pod's completion index, for an Indexed Job. */
  readonly index?: number;
  /** Replaces variables of the manifest: addresses, and times that a test cannot wait for. */
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: (args: readonly string[]) => readonly string[];
  /** Our image has tmux and a shell; a stock image has not. */
  readonly hasTmux?: boolean;
  /** Called with each container's process and its output so far. */
  readonly onOutput?: (child: ChildProcess, text: string) => void;
}

/**
 * A stand-in for a node of a cluster: runs the containers of a pod as processes, with only the
 * commands and the environment of the manifest, and with its user if this process may set one.
 * The paths of mounts become directories of this machine.
 */
export class ClusterNode {
  readonly path = mkdtempSync(join(tmpdir(), 'trace-replay-node-'));
  readonly #image: Readonly<Record<string, string>>;
  readonly #children = new Set<ChildProcess>();
  #pods = 0;

  /** @param image the environment that the image gives to every container */
  constructor(image: Readonly<Record<string, string>>) {
    this.#image = image;
    chmodSync(this.path, 0o755);
    mkdirSync(join(this.path, 'stock'));
    symlinkSync(process.execPath, join(this.path, 'stock/node'));
  }

  /** The directory of a claim. */
  claim(name: string): string {
    const path = join(this.path, 'claims', name);
    if (mkdirSync(path, { recursive: true }) !== undefined) own(path);
    return path;
  }

  /** Puts a file on a claim, as `kubectl cp` does. */
  copyIn(claim: string, path: string, content: string | Buffer): void {
    const file = join(this.claim(claim), path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    [dirname(file), file].forEach(own);
  }

  /** The directory that stands for the image's `/opt/trace-replay`. */
  get program(): string {
    const path = join(this.path, 'program');
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Runs the init containers one after another, then the container, until one fails. */
  async runPod(job: Job, options: PodOptions = {}): Promise<Ended> {
    const { spec } = job.spec.template;
    const place = join(this.path, `pod-${this.#pods++}`);
    mkdirSync(place);
    const all = [...(spec.initContainers ?? []), ...spec.containers];
    const ended: Ended[] = [];
    for (const container of all) {
      ended.push(await this.#run(job, container, place, options));
      if (ended.at(-1)?.code !== 0) break;
    }
    return {
      code: ended.at(-1)?.code ?? null,
      stdout: ended.map(({ stdout }) => stdout).join(''),
      stderr: ended.map(({ stderr }) => stderr).join(''),
    };
  }

  /** Ends the processes that are left, and removes all files. */
  remove(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const name of readdirSync(this.path, { recursive: true, encoding: 'utf8' })) {
      if (!/\/tmux-\d+\/default$/.test(name)) continue;
      spawnSync('tmux', ['-S', join(this.path, name), 'kill-server']);
    }
    rmSync(this.path, { recursive: true, force: true });
  }

  #run(job: Job, container: Container, place: string, options: PodOptions): Promise<Ended> {
    const { spec } = job.spec.template;
    const mounts = this.#mountsOf(spec, container, place);
    const paths = [...mounts.keys()].join('|');
    // Only at the start of a path: not in the middle of a longer path or of a URL.
    const pattern = new RegExp(`(?<![\\w./:-])(?:${paths})(?=/|$)`, 'gm');
    const here = (text: string) => text.replace(pattern, (path) => mounts.get(path) ?? path);
    const temporary = mounts.get('/tmp') ?? place;
    const { hasTmux = true, onOutput } = options;
    const env = Object.fromEntries(
      Object.entries({ ...environmentOf(job, container, options), ...options.env }).map(
        ([name, value]) => [name, here(value)],
      ),
    );
    const full = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;
    const [program = '', ...args] = (container.command ?? []).map((arg) => expand(arg, env));
    const path = hasTmux || program !== 'node' ? full : join(this.path, 'stock');
    const child = spawn(program, (options.args?.(args) ?? args).map(here), {
      cwd: temporary,
      env: { PATH: path, TMPDIR: temporary, TMUX_TMPDIR: temporary, ...this.#image, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // The process ends even if the test fails.
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
      ...userOf(spec),
    });
    this.#children.add(child);
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].on('data', (chunk) => {
        said[stream] += String(chunk);
        onOutput?.(child, said.stdout + said.stderr);
      });
    }
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        this.#children.delete(child);
        resolve({ code, ...said });
      });
    });
  }

  /** Path in the container → directory here. */
  #mountsOf(spec: PodSpec, { volumeMounts = [] }: Container, place: string): Map<string, string> {
    const volumes = new Map(spec.volumes?.map((volume) => [volume.name, volume]));
    const mounts = new Map([['/opt/trace-replay', this.program]]);
    for (const { name, mountPath } of volumeMounts) {
      const claim = volumes.get(name)?.persistentVolumeClaim?.claimName;
      mounts.set(mountPath, claim === undefined ? emptyDir(place, name) : this.claim(claim));
    }
    return mounts;
  }
}

/** As Kubernetes does: ConfigMaps, then variables, which may name earlier ones. */
function environmentOf(
  job: Job,
  container: Container,
  { documents = [], index }: PodOptions,
): Record<string, string> {
  const env: Record<string, string> = {};
  if (index !== undefined) env['JOB_COMPLETION_INDEX'] = String(index);
  for (const { configMapRef } of container.envFrom ?? []) {
    const map = documents.find(
      (one) => one.kind === 'ConfigMap' && one.metadata.name === configMapRef?.name,
    ) as ConfigMap | undefined;
    if (map === undefined) throw new Error(`no ConfigMap "${configMapRef?.name}"`);
    Object.assign(env, map.data);
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const field = valueFrom?.fieldRef?.fieldPath;
    env[name] = field === undefined ? expand(value ?? '', env) : fieldOf(job, field);
  }
  return env;
}

function fieldOf(job: Job, path: string): string {
  const values: Readonly<Record<string, string>> = {
    "metadata.labels['batch.kubernetes.io/job-name']": job.metadata.name,
    "metadata.labels['batch.kubernetes.io/controller-uid']": 'b5f2c1de-0000-4000-8000-000000000001',
  };
  const value = values[path];
  if (value === undefined) throw new Error(`no field "${path}"`);
  return value;
}

/** Replaces `$(NAME)` if the variable exists. */
function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\((\w+)\)/g, (whole, name: string) => env[name] ?? whole);
}

function emptyDir(place: string, name: string): string {
  const path = join(place, name);
  if (mkdirSync(path, { recursive: true }) !== undefined) own(path);
  return path;
}

function userOf({ securityContext }: PodSpec): { uid?: number; gid?: number } {
  const id = securityContext?.runAsUser;
  return process.getuid?.() === 0 && id !== undefined ? { uid: id, gid: id } : {};
}

function own(path: string): void {
  if (process.getuid?.() === 0) chownSync(path, 1000, 1000);
}
