import { parseArgs } from 'node:util';

import { LEVEL_NAMES, USUAL_LEVEL_NAMES } from '../levels/levels.ts';

const COMMANDS = ['levels', 'fidelity-quiet', 'mock', 'calibration'] as const;

export interface BenchOptions {
  /**
   * `fidelity-quiet` runs a quiet load `pairs` times and looks at the verdicts alone; `mock` asks
   * what the project's own mock holds; `calibration` compares stated errors with those of the wire.
   */
  readonly command: (typeof COMMANDS)[number];
  readonly levels: readonly string[];
  readonly pairs: number;
  readonly isQuick: boolean;
  /** Virtual environments that hold an aiperf. */
  readonly aiperf: readonly string[];
  /** Directory of the referee; absent for the place beside the tree. */
  readonly referee?: string;
  readonly server: 'auto' | 'referee' | 'mock';
  /** File for the results; absent for one below `artifacts`. */
  readonly json?: string;
  /** Passed on to our command. */
  readonly replayFlags: readonly string[];
  /** Of the calibration: part of the names, runs of each case, seconds, and where runs are kept. */
  readonly only?: string;
  readonly rounds: number;
  readonly budgetMs: number;
  readonly into?: string;
}

export const USAGE = `Usage: npm run bench -- [flags]
       npm run bench -- fidelity-quiet --pairs 20     quiet runs: are they all valid?
       npm run bench -- mock --pairs 3                what the mock holds on one core
       npm run bench -- calibration --budget 140      stated errors against a packet capture

  --level <name>        one of ${LEVEL_NAMES.join(', ')}; repeat for several;
                        all but soak by default
  --pairs <count>       runs of each client, in alternating order (default 7)
  --quick               shorter runs, to see that all works; not for figures
  --aiperf <directory>  virtual environment with aiperf to compare with; repeat for several
  --server <kind>       auto, referee, mock (default auto: the referee if it is there)
  --referee <directory> sources of the referee (default ../shared/referee)
  --replay-flags=<text> flags for our command, such as --replay-flags="--workers 2"
  --json <file>         where the results go (default artifacts/bench-<time>.json)

Calibration:
  --only <text>         cases whose name contains this
  --rounds <count>      runs of each case (default 1)
  --budget <seconds>    start no run that would end later; the next call goes on (default 3600)
  --into <directory>    keeps the runs (default artifacts/calibration)

Examples:
  npm run bench -- --level 33 --pairs 7
  npm run bench -- --level burst --pairs 1 --quick --server mock
`;

/** @throws {RangeError} naming the flag and what was expected */
export function readOptions(argv: readonly string[]): BenchOptions | 'help' {
  const [word] = argv;
  const command = COMMANDS.find((name) => name === word) ?? 'levels';
  const { values } = parseArgs({
    args: command === 'levels' ? [...argv] : argv.slice(1),
    options: {
      level: { type: 'string', multiple: true },
      pairs: { type: 'string', default: '7' },
      quick: { type: 'boolean', default: false },
      aiperf: { type: 'string', multiple: true, default: [] },
      server: { type: 'string', default: 'auto' },
      referee: { type: 'string' },
      'replay-flags': { type: 'string', default: '' },
      json: { type: 'string' },
      only: { type: 'string' },
      rounds: { type: 'string', default: '1' },
      budget: { type: 'string', default: '3600' },
      into: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { level: levels = USUAL_LEVEL_NAMES, server, referee, json, only, into } = values;
  for (const name of levels) {
    if (!LEVEL_NAMES.includes(name))
      throw wrong('--level', name, `one of ${LEVEL_NAMES.join(', ')}`);
  }
  if (server !== 'auto' && server !== 'referee' && server !== 'mock') {
    throw wrong('--server', server, 'auto, referee or mock');
  }
  for (const name of ['pairs', 'rounds'] as const) {
    if (!/^[1-9]\d*$/.test(values[name]))
      throw wrong(`--${name}`, values[name], 'a number above 0');
  }
  if (!/^\d+$/.test(values.budget)) throw wrong('--budget', values.budget, 'seconds');
  return {
    command,
    levels,
    pairs: Number(values.pairs),
    isQuick: values.quick,
    aiperf: values.aiperf,
    server,
    replayFlags: values['replay-flags'].split(/\s+/).filter(Boolean),
    rounds: Number(values.rounds),
    budgetMs: Number(values.budget) * 1000,
    ...(only !== undefined && { only }),
    ...(into !== undefined && { into }),
    ...(referee !== undefined && { referee }),
    ...(json !== undefined && { json }),
  };
}

function wrong(flag: string, is: string, expected: string): RangeError {
  return new RangeError(`Cannot bench: ${flag} is "${is}", expected ${expected}`);
}
