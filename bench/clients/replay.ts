import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ROOT } from '../input/root.ts';
import { mean, percentile } from '../figures/statistics.ts';
import type { Client, ClientReport, ReportedRequest, Verdict } from './client.ts';

/** The fields of a record that are used here; `docs/artifacts.md` defines them. */
interface RecordLine {
  readonly row: number;
  readonly outcome: string;
  readonly due_ns: number;
  readonly sent_ns?: number;
  readonly content_ns?: readonly number[];
  readonly output_tokens?: number;
}

interface RunFile {
  readonly run: { readonly id: string };
  readonly zero: { readonly monotonic_ns: string };
}

const MAIN = fileURLToPath(new URL('packages/cli/dist/main.js', ROOT));

/** Completed, and completed but doubted by the run itself: both leave whole records. */
const WHOLE = new Set<number | null>([0, 5]);

/** Our own command, as a user runs it. */
export function replayClient(moreFlags: readonly string[] = []): Client {
  return {
    name: 'replay',
    command: ({ url, model, traceFile, directory }) => ({
      file: process.execPath,
      args: [
        ...[MAIN, '--trace', traceFile, '--url', url, '--model', model],
        ...['--artifact-dir', directory, '--name', 'bench', '--progress', 'none', '--json'],
        ...moreFlags,
      ],
    }),
    report({ directory }, { code, stderr, stdout }) {
      if (!WHOLE.has(code)) {
        throw new Error(`Cannot use the run: replay ended with ${code}\n${stderr}`);
      }
      const [run = ''] = readdirSync(directory);
      const [trace = ''] = readdirSync(join(directory, run), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name);
      const files = join(directory, run, trace);
      const verdict = readVerdict(stdout);
      return {
        ...readReport(
          JSON.parse(readFileSync(join(files, 'run.json'), 'utf8')) as RunFile,
          readFileSync(join(files, 'records.jsonl'), 'utf8'),
        ),
        ...(verdict !== undefined && { verdict }),
      };
    },
  };
}

/** `summary.json` → the run's verdict on itself; absent in one that has none. */
function readVerdict(summary: string): Verdict | undefined {
  const { fidelity } = JSON.parse(summary) as { fidelity?: Verdict };
  if (fidelity === undefined) return undefined;
  return { verdict: fidelity.verdict, reasons: fidelity.reasons };
}

/** `run.json` and `records.jsonl` → what they say. Latencies are those of `docs/metrics.md`. */
export function readReport({ run, zero }: RunFile, records: string): ClientReport {
  const zeroNs = BigInt(zero.monotonic_ns);
  const zeroAtMs = Number(zeroNs / 1_000_000n) + Number(zeroNs % 1_000_000n) / 1e6;
  const requests: ReportedRequest[] = [];
  const gapsMs: number[] = [];
  for (const text of records.split('\n')) {
    if (text === '') continue;
    const line = JSON.parse(text) as RecordLine;
    const { sent_ns: sentNs, content_ns: content = [] } = line;
    const [firstNs] = content;
    const lastNs = content.at(-1);
    if (line.outcome !== 'ok' || sentNs === undefined || firstNs === undefined) continue;
    for (let i = 1; i < content.length; i += 1) gapsMs.push((content[i]! - content[i - 1]!) / 1e6);
    const tokens = line.output_tokens ?? 0;
    requests.push({
      requestId: `${run.id}-${line.row}`,
      dueAtMs: zeroAtMs + line.due_ns / 1e6,
      sentLagMs: (sentNs - line.due_ns) / 1e6,
      ttftMs: (firstNs - sentNs) / 1e6,
      ...(tokens > 1 && lastNs !== undefined && { itlMs: (lastNs - firstNs) / (tokens - 1) / 1e6 }),
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
