/** A package's root wires its rooms: it may import any of them. */
export const ANY = '*';

/**
 * Each folder with sources is a room, and imports only the rooms listed here, type imports
 * included. `metrics/record` is `packages/metrics/src/record`; other rooms are named by path.
 * `docs/architecture.md` says in a sentence what each room is for. A new room needs both.
 */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  metrics: [ANY],
  'metrics/accumulator': ['metrics/count', 'metrics/record', 'metrics/schemas', 'metrics/values'],
  'metrics/compare': [
    'metrics/compare/statistics',
    'metrics/count',
    'metrics/fidelity',
    'metrics/record',
    'metrics/schemas',
    'metrics/values',
  ],
  'metrics/compare/statistics': [],
  'metrics/count': ['metrics/record', 'metrics/values'],
  'metrics/fidelity': ['metrics/count', 'metrics/record', 'metrics/schemas', 'metrics/values'],
  'metrics/files': ['metrics/count', 'metrics/record', 'metrics/schemas', 'metrics/values'],
  'metrics/files/aiperf': [
    'metrics/count',
    'metrics/files',
    'metrics/record',
    'metrics/schemas',
    'metrics/values',
  ],
  'metrics/merge': ['metrics/fidelity', 'metrics/schemas', 'metrics/values'],
  'metrics/record': ['metrics/values'],
  'metrics/report': ['metrics/schemas', 'metrics/values'],
  'metrics/report/comparison': ['metrics/report', 'metrics/schemas', 'metrics/values'],
  'metrics/report/run': [
    'metrics/count',
    'metrics/fidelity',
    'metrics/record',
    'metrics/report',
    'metrics/schemas',
    'metrics/summary',
    'metrics/values',
  ],
  'metrics/report/search': [
    'metrics/report',
    'metrics/schemas',
    'metrics/search',
    'metrics/values',
  ],
  'metrics/schemas': ['metrics/record'],
  'metrics/search': [
    'metrics/compare/statistics',
    'metrics/record',
    'metrics/schemas',
    'metrics/values',
  ],
  'metrics/summary': [
    'metrics/accumulator',
    'metrics/count',
    'metrics/fidelity',
    'metrics/merge',
    'metrics/record',
    'metrics/schemas',
    'metrics/values',
  ],
  'metrics/values': [],

  mock: [ANY],
  'mock/answer': [
    'mock/dialect',
    'mock/journal',
    'mock/prometheus',
    'mock/request',
    'mock/scenario',
    'mock/serving',
    'mock/time',
  ],
  'mock/dialect': [],
  'mock/journal': ['mock/serving', 'mock/time'],
  'mock/prometheus': ['mock/journal', 'mock/request', 'mock/serving'],
  'mock/request': ['mock/dialect'],
  'mock/scenario': ['mock/dialect', 'mock/serving', 'mock/serving/deployment', 'mock/time'],
  'mock/serving': ['mock/time'],
  'mock/serving/deployment': ['mock/serving', 'mock/time'],
  'mock/time': [],

  replayer: [ANY],
  'replayer/body': [
    'replayer/errors',
    'replayer/prompt',
    'replayer/request',
    'replayer/schedule',
    'replayer/threads',
    'replayer/trace',
  ],
  'replayer/client': ['replayer/errors', 'replayer/threads', 'replayer/time'],
  'replayer/errors': [],
  'replayer/prompt': ['replayer/errors', 'replayer/trace'],
  'replayer/request': ['replayer/client', 'replayer/errors', 'replayer/stream'],
  'replayer/scan': [
    'replayer/errors',
    'replayer/schedule',
    'replayer/trace',
    'replayer/trace/file',
  ],
  'replayer/schedule': ['replayer/errors', 'replayer/time'],
  'replayer/self-check': [
    'replayer/schedule',
    'replayer/self-check/host',
    'replayer/self-check/loop',
  ],
  'replayer/self-check/fit': [
    'replayer/schedule',
    'replayer/self-check/host',
    'replayer/self-check/loop',
    'replayer/time',
  ],
  'replayer/self-check/host': [],
  'replayer/self-check/loop': ['replayer/self-check/host', 'replayer/threads'],
  'replayer/sender': [
    'replayer/client',
    'replayer/request',
    'replayer/schedule',
    'replayer/self-check/loop',
    'replayer/target',
    'replayer/threads',
    'replayer/time',
  ],
  'replayer/stream': [],
  'replayer/target': [
    'replayer/client',
    'replayer/errors',
    'replayer/request',
    'replayer/stream',
    'replayer/time',
  ],
  'replayer/threads': [],
  'replayer/time': ['replayer/threads'],
  'replayer/trace': ['replayer/errors', 'replayer/trace/file'],
  'replayer/trace/file': ['replayer/errors'],
  'replayer/trace-tools/analyze': ['replayer/errors', 'replayer/schedule', 'replayer/trace'],
  'replayer/trace-tools/edit': [
    'replayer/errors',
    'replayer/schedule',
    'replayer/trace',
    'replayer/trace/file',
  ],
  'replayer/trace-tools/synthesize': [
    'replayer/errors',
    'replayer/trace',
    'replayer/trace-tools/synthesize/numpy',
  ],
  'replayer/trace-tools/synthesize/numpy': [],

  cli: ['cli/commands', 'cli/commands/trace', 'cli/flags', 'cli/io'],
  'cli/artifacts': ['cli/io'],
  'cli/commands': [
    'cli/artifacts',
    'cli/compare',
    'cli/flags',
    'cli/io',
    'cli/prometheus',
    'cli/run',
    'cli/search',
    'cli/shards',
    'cli/text',
  ],
  'cli/commands/trace': ['cli/artifacts', 'cli/flags', 'cli/io', 'cli/text'],
  'cli/compare': ['cli/artifacts', 'cli/flags', 'cli/io', 'cli/run'],
  'cli/flags': ['cli/artifacts', 'cli/io'],
  'cli/io': [],
  'cli/prometheus': ['cli/io'],
  'cli/run': [
    'cli/artifacts',
    'cli/flags',
    'cli/io',
    'cli/prometheus',
    'cli/run/live',
    'cli/server-scrape',
    'cli/shards',
    'cli/text',
  ],
  'cli/run/live': ['cli/flags', 'cli/io'],
  'cli/search': ['cli/artifacts', 'cli/flags', 'cli/io', 'cli/run'],
  'cli/server-scrape': ['cli/io'],
  'cli/shards': ['cli/artifacts', 'cli/flags', 'cli/io'],
  'cli/text': [],

  bench: ['bench/figures', 'bench/input', 'bench/levels', 'bench/real-clock', 'bench/run'],
  'bench/clients': ['bench/figures', 'bench/input', 'bench/native', 'bench/servers'],
  'bench/figures': [],
  'bench/input': [],
  'bench/levels': ['bench/clients', 'bench/figures', 'bench/input', 'bench/servers'],
  'bench/machine': [],
  'bench/native': [],
  'bench/real-clock': ['bench/clients', 'bench/input', 'bench/machine'],
  'bench/run': [
    'bench/clients',
    'bench/figures',
    'bench/input',
    'bench/levels',
    'bench/machine',
    'bench/native',
    'bench/servers',
  ],
  'bench/servers': ['bench/machine', 'bench/native'],
  'bench/tools': [],

  'checks/dynamo': [],
  'checks/servers': [],
  'checks/golden-run': [ANY],
  checks: [],

  deploy: ['scripts'],
  'deploy/image': [],
  'deploy/manifest-check': [],
  'deploy/tests': [],

  scripts: [],
};

/** Which package may import which: data moves one way, and so do imports. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  metrics: [],
  mock: [],
  replayer: ['metrics'],
  cli: ['metrics', 'mock', 'replayer'],
};

/** Each library enters by its own door: the files that may import it. */
export const DOORS: Readonly<Record<string, RegExp>> = {
  undici: /^packages\/replayer\/src\/client\//,
  'hdr-histogram-js': /^packages\/metrics\/src\/(count\/histogram|files\/hlog)\.ts$/,
  commander: /^packages\/cli\/src\/(program|command-line|commands|flags)/,
  ndjson: /^packages\/cli\/src\/server-scrape\/scrape-thread\.ts$/,
  yaml: /^packages\/cli\/src\/flags\/config-file\.ts$/,
  'prom-client': /^packages\/cli\/src\/prometheus\/own-metrics\.ts$/,
  'p-limit': /^packages\/replayer\/src\/target\/warm-up\.ts$/,
};

/** The modules that a package may import, where it has a limit. */
export const MODULES: Readonly<Record<string, RegExp>> = {
  /** Pure: no network, clock, file or terminal. */
  metrics: /^(\.|zod$|hdr-histogram-js$)/,
  /** Nothing of ours, so that client and server share no mistake. */
  mock: /^(\.|node:|zod$)/,
};
