import type { ReplayOptions } from '@trace-replay/replayer';
import type { Option } from 'commander';

import { type AbOptions, abOptionsSchema } from './ab-options.ts';
import { UsageError } from '../io/errors.ts';
import { flagFor, number, repeated } from '../flags/flags.ts';
import type { RunOptions } from '../flags/command-options.ts';
import { readReplayFlags, REPLAY_FLAGS, type ReplayFlags } from '../flags/replay-flags.ts';

const { shape } = abOptionsSchema;

/** Flags of a replay that mean nothing for several runs, or that `ab` sets itself. */
const LEFT_OUT = new Set([
  ...['--url', '--name', '--json', '--dry-run', '--fail-if', '--metrics-port', '--metrics-host'],
  ...['--shard', '--run-id', '--start-at', '--start-barrier', '--wait-for-shards', '--start-lead'],
]);

/** Flags of `replay ab`, in the groups in which `--help` shows them. */
export const AB_FLAGS: readonly (readonly [group: string, flags: readonly Option[]])[] = [
  [
    'The two sides',
    [
      flagFor(shape, 'a', '--a <url>', repeated),
      flagFor(shape, 'b', '--b <url>', repeated),
      flagFor(shape, 'aName', '--a-name <name>'),
      flagFor(shape, 'bName', '--b-name <name>'),
      flagFor(shape, 'repeat', '--repeat <count>', number),
      flagFor(shape, 'name', '--name <name>'),
      flagFor(shape, 'json', '--json'),
      flagFor(shape, 'markdown', '--markdown'),
    ],
  ],
  ...REPLAY_FLAGS.map(
    ([group, flags]) => [group, flags.filter(({ long }) => !LEFT_OUT.has(long ?? ''))] as const,
  ).filter(([, flags]) => flags.length > 0),
];

/** What a comparison of two servers is told. */
export interface AbFlags {
  readonly ab: AbOptions;
  /** Of every run; `urls` and `seed` are those of the first one of A. */
  readonly replay: ReplayOptions;
  readonly run: RunOptions;
}

/**
 * Values of the flags → options of the comparison and of its runs.
 *
 * @throws {UsageError} if a side is missing, both have one name, or the trace can be read only once
 */
export function readAbFlags(flags: ReplayFlags): AbFlags {
  const { a, b, aName, bName, repeat, name, json, markdown, ...rest } = flags;
  for (const [flag, urls] of [
    ['--a', a],
    ['--b', b],
  ] as const) {
    if (urls === undefined) {
      const example = `expected for example ${flag} http://localhost:8000`;
      throw new UsageError(`Cannot compare: ${flag} is missing, ${example}`);
    }
  }
  const ab = abOptionsSchema.parse({ a, b, aName, bName, repeat, name, json, markdown });
  if (ab.aName === ab.bName) {
    throw new UsageError(`Cannot compare "${ab.aName}" with itself: expected two names`);
  }
  const { replay, run } = readReplayFlags({ ...rest, url: a });
  if (replay.trace === '-') {
    throw new UsageError('Cannot replay stdin several times: expected --trace with a file');
  }
  return { ab, replay, run };
}
