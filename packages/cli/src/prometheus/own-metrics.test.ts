import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { createMockServer, type MockServer } from '@trace-replay/mock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createOwnMetrics } from './own-metrics.ts';
import { createScratch, runCli, type Scratch, spawnCli, traceText } from '../test/run-cli.ts';
import { parsePage } from '../server-scrape/parse-page.ts';

let scratch: Scratch;
let mock: MockServer;

beforeEach(async () => {
  scratch = createScratch();
  mock = await createMockServer({
    latency: { ttftMs: 30, itlMs: 2 },
    scenario: [{ every: 5, scenario: { kind: 'refuses', status: 503 } }],
  });
});

afterEach(async () => {
  await mock.stop();
  scratch.remove();
});

function flags(rows: number, gapMs: number): string[] {
  const trace = scratch.write('t.jsonl', traceText(rows, gapMs));
  const root = join(scratch.path, 'artifacts');
  return ['--trace', trace, '--url', mock.url, '--artifact-dir', root, '--server-metrics', 'off'];
}

/** The page's samples as `name{outcome}` → value. */
function valuesIn(text: string): Readonly<Record<string, number>> {
  const { samples, unreadLines } = parsePage(text);
  expect(unreadLines).toBe(0);
  const keyed = samples.map(({ name, labels, value }) => {
    const label = Object.entries(labels).map(([key, each]) => `${key}=${each}`);
    return [[name, ...label].join(' '), value] as const;
  });
  return Object.fromEntries(keyed);
}

test('docs/configuration.md has every metric that is served', async () => {
  const docs = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
  const { text } = await createOwnMetrics().page();
  const served = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? '').sort();
  const named = new Set(docs.match(/(?<=`)replay_\w+/g));
  expect([...named].sort()).toEqual(served);
});

describe('replay --metrics-port', () => {
  test('serves what has been counted so far, on loopback', async () => {
    let url: string | undefined;
    const pages: Readonly<Record<string, number>>[] = [];
    let asking: Promise<void> | undefined;
    const ended = await spawnCli([...flags(100, 10), '--metrics-port', '0', '--progress', 'none'], {
      onStderr(_child, stderr) {
        url ??= /http:\/\/127\.0\.0\.1:\d+\/metrics/.exec(stderr)?.[0];
        if (url === undefined || asking) return;
        const place = url;
        asking = askUntilClosed(place, (text) => pages.push(valuesIn(text)));
      },
    });
    await asking;
    expect(ended.code).toBe(0);
    const last = pages.at(-1) ?? {};
    const { 'replay_requests_total outcome=ok': ok = 0 } = last;
    // It was asked 100 times a second, the last time shortly before the end.
    expect(ok).toBeGreaterThan(40);
    expect(ok).toBeLessThanOrEqual(80);
    const failed = last['replay_requests_total outcome=failed'] ?? 0;
    expect(last['replay_failures_total class=http_status']).toBe(failed);
    const ended_ = ok + failed;
    const dispatched = last['replay_requests_dispatched_total'] ?? 0;
    expect(last['replay_requests_in_flight']).toBe(dispatched - ended_);
    expect(last['replay_rows']).toBe(100);
    expect(last['replay_time_to_first_token_seconds_count']).toBe(ok);
    const mean = (last['replay_time_to_first_token_seconds_sum'] ?? 0) / ok;
    expect(mean).toBeGreaterThan(0.029);
    expect(last['replay_output_tokens_total']).toBe(3 * ok);
    expect(last['replay_schedule_lag_seconds_count']).toBe(ended_);
    expect(last['replay_zero_time_seconds']).toBeGreaterThan(Date.now() / 1000 - 600);
    // Nothing goes back, and nothing is served when the run is over.
    const counts = pages.map((page) => page['replay_requests_dispatched_total'] ?? 0);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    await expect(fetch(url ?? '')).rejects.toThrow();
  });

  test('exits 2 on a port that is taken, before anything is sent', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const ended = await runCli([...flags(2, 1), '--metrics-port', String(port)]);
    other.close();
    expect(ended.stderr).toContain(`--metrics-port "${port}": it is taken, expected a free port`);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(scratch.files()).toEqual(['t.jsonl']);
    expect(mock.journal().requests).toEqual([]);
  });
});

async function askUntilClosed(url: string, onPage: (text: string) => void): Promise<void> {
  for (;;) {
    try {
      onPage(await (await fetch(url)).text());
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
