import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { aiperfClient } from '../clients/aiperf.ts';
import { floorClient } from '../clients/floor.ts';
import { plainUndiciClient } from '../clients/plain-undici.ts';
import { refereeFloorClient } from '../clients/referee-floor.ts';
import { replayClient } from '../clients/replay.ts';
import type { Clients } from '../levels/level.ts';
import { buildC, buildRefereeServer } from '../native/build.ts';
import type { BenchOptions } from './options.ts';
import { ROOT } from '../input/root.ts';
import { mockKind } from '../servers/mock.ts';
import { refereeKind } from '../servers/referee.ts';
import type { ServerKind } from '../servers/server.ts';

const root = fileURLToPath(ROOT);
const native = (name: string) => join(root, 'bench', 'native', name);

/** The server and the clients of a bench, and what had to be left out. */
export interface Parties {
  readonly kind: ServerKind;
  readonly clients: Clients;
  readonly remarks: readonly string[];
}

/** @throws {Error} if what was asked for by name cannot be had; what is only liked is left out */
export function gatherParties(options: BenchOptions): Parties {
  const remarks: string[] = [];
  const referee = options.referee ?? join(root, '..', 'shared', 'referee');
  const hasReferee = options.server !== 'mock' && existsSync(join(referee, 'server', 'main.go'));
  if (options.server === 'referee' && !hasReferee) {
    throw new Error(`Cannot bench against the referee: there is none in "${referee}"`);
  }
  const floorProgram = tryBuild(() => buildC(native('floor.c'), 'floor'), remarks);
  const floor = floorProgram === undefined ? undefined : floorClient(floorProgram);
  const base = {
    replay: replayClient(options.replayFlags),
    plainUndici: plainUndiciClient,
    aiperf: options.aiperf.map(aiperfClient),
    ...(floor && { floor }),
  };
  if (!hasReferee) {
    return { kind: mockKind, clients: { ...base, ...(floor && { uniformFloor: floor }) }, remarks };
  }
  const build = buildRefereeServer(join(referee, 'server'), native('gaps.go'));
  if (!build.countsGaps) remarks.push('The referee has changed: its gaps are not counted.');
  const source = join(referee, 'floor', 'ssefloor.c');
  const refereeFloor = tryBuild(() => buildC(source, 'referee-floor'), remarks);
  const uniformFloor = refereeFloor === undefined ? floor : refereeFloorClient(refereeFloor);
  return {
    kind: refereeKind(build),
    clients: { ...base, ...(uniformFloor && { uniformFloor }) },
    remarks,
  };
}

/** The program that captures packets. */
export function buildCapture(): string {
  return buildC(native('capture.c'), 'capture');
}

function tryBuild(build: () => string, remarks: string[]): string | undefined {
  try {
    return build();
  } catch (error) {
    remarks.push(`${(error as Error).message}; there is no floor to compare with.`);
    return undefined;
  }
}
