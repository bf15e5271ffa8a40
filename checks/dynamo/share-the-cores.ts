import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Niceness of the servers' sessions. The scripts start each process nicely, but in a session of its
 * own, and Linux shares the cores out among sessions first (sched_autogroup, sched(7)): two servers
 * get two thirds of them however nice they are,
 * and what the client waits for a core is in its TTFT.
 */
const SESSION_NICENESS = 10;

/**
 * Lets the client go before the servers that were started on a port;
 * whatever refuses keeps its share.
 */
export function letClientGoFirst(port: number): void {
  for (const pid of pidsOn(port)) {
    try {
      writeFileSync(`/proc/${pid}/autogroup`, String(SESSION_NICENESS));
    } catch {
      // No autogroups, or not ours to change.
    }
  }
}

function pidsOn(port: number): readonly string[] {
  const { DYNAMO_LAB, XDG_CACHE_HOME } = process.env;
  const lab = DYNAMO_LAB ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'dynamo-lab');
  const directory = join(lab, 'run', String(port));
  return readdirSync(directory)
    .filter((name) => name.endsWith('.pid'))
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').split(' ')[0] ?? []);
}
