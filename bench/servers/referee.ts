import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

import { atEnd } from '../machine/at-end.ts';
import { readClockPair, wallToMonotonic } from '../machine/host-clock.ts';
import type { RefereeBuild } from '../native/build.ts';
import { percentileOfCounts, readCounts } from './bucket-counts.ts';
import type { ServedRequest, ServerKind } from './server.ts';

/** A row of the referee's log. Instants: wall clock, ms since 1970; 0 for one that never came. */
interface RefereeRow {
  readonly head_ms: number;
  readonly body_ms: number;
  readonly first_ms: number;
  readonly last_ms: number;
  readonly body_bytes: number;
  readonly sent: number;
  readonly outcome: string;
  readonly x_request_id: string;
}

const MODEL = 'ref-model';

/** The referee's server, in Go: two cores' worth of goroutines, and its own wall clock. */
export function refereeKind(build: RefereeBuild): ServerKind {
  return {
    name: 'referee',
    async start({ ttftMs, itlMs, ttftMsPerKchar = 0 }) {
      const [port, gapsPort] = [await freePort(), await freePort()];
      const before = readClockPair();
      const flags = ['-addr', `127.0.0.1:${port}`, '-ttft', `${ttftMs}`, '-itl', `${itlMs}`];
      flags.push('-ttft-per-kchar', `${ttftMsPerKchar}`);
      const child = spawn(build.program, [...flags, '-model', MODEL], {
        stdio: 'ignore',
        env: { ...process.env, BENCH_GAPS_ADDRESS: `127.0.0.1:${gapsPort}` },
      });
      const forget = atEnd(() => child.kill('SIGKILL'));
      const url = `http://127.0.0.1:${port}`;
      await untilListening(url, child);
      return {
        url,
        port,
        pid: child.pid!,
        model: MODEL,
        async log() {
          const text = await get(`${url}/_log`);
          const monotonic = wallToMonotonic(before, readClockPair());
          const requests = text
            .split('\n')
            .filter(Boolean)
            .map((line) => served(JSON.parse(line) as RefereeRow, monotonic));
          if (!build.countsGaps) return { requests };
          const counts = readCounts(await get(`http://127.0.0.1:${gapsPort}/`));
          const gapP99Ms = percentileOfCounts(counts, 0.99);
          return { requests, ...(gapP99Ms !== undefined && { gapP99Ms }) };
        },
        async stop() {
          forget();
          if (child.exitCode !== null) return;
          child.kill('SIGTERM');
          await once(child, 'exit');
        },
      };
    },
  };
}

function served(row: RefereeRow, monotonic: (wallMs: number) => number): ServedRequest {
  return {
    ...(row.x_request_id !== '' && { requestId: row.x_request_id }),
    headersAtMs: monotonic(row.head_ms),
    ...(row.body_ms > 0 && { bodyAtMs: monotonic(row.body_ms), bodyBytes: row.body_bytes }),
    ...(row.first_ms > 0 && { firstTokenAtMs: monotonic(row.first_ms) }),
    ...(row.last_ms > 0 && { lastTokenAtMs: monotonic(row.last_ms) }),
    tokens: row.sent,
    isOk: row.outcome === 'ok',
  };
}

async function get(url: string): Promise<string> {
  return (await fetch(url)).text();
}

const LISTEN_TRIES = 200;

async function untilListening(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < LISTEN_TRIES; attempt += 1) {
    if (child.exitCode !== null) break;
    try {
      await get(`${url}/v1/models`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  child.kill('SIGTERM');
  throw new Error(`Cannot start the referee's server at "${url}": it does not answer`);
}

/** A port of the loopback interface that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
