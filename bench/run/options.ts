import { parseArgs } from 'node:util';

import { LEVEL_NAMES, USUAL_LEVEL_NAMES } from '../levels/levels.ts';

export interface BenchOptions {
  /**
   * `fidelity-quiet` runs a quiet load `pairs` times and looks at the verdicts alone; `mock` asks
   * what the project's own mock holds.
   */
  readonly command: 'levels' | 'fidelity-quiet' | 'mock';
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
}

export const USAGE = `Usage: npm run bench -- [flags]
       npm run bench -- fidelity-quiet --pairs 20     quiet runs: are they all valid?
       npm run bench -- mock --pairs 3                what the mock holds on one core

  --level <name>        one of ${LEVEL_NAMES.join(', ')}; repeat for several;
                        all but soak by default
  --pairs <count>       runs of each client, in alternating order (default 7)
  --quick               shorter runs, to see that all works; not for figures
  --aiperf <directory>  virtual environment with aiperf to compare with; repeat for several
  --server <kind>       auto, referee, mock (default auto: the referee if it is there)
  --referee <directory> sources of the referee (default ../shared/referee)
  --replay-flags=<text> flags for our command, such as --replay-flags="--workers 2"
  --json <file>         where the results go (default artifacts/bench-<time>.json)

Examples:
  npm run bench -- --level 33 --pairs 7
  npm run bench -- --level burst --pairs 1 --quick --server mock
`;

/** @throws {RangeError} naming the flag and what was expected */
export function readOptions(argv: readonly string[]): BenchOptions | 'help' {
  const [word] = argv;
  const command = word === 'fidelity-quiet' || word === 'mock' ? word : 'levels';
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
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { level: levels = USUAL_LEVEL_NAMES, server, referee, json } = values;
  for (const name of levels) {
    if (!LEVEL_NAMES.includes(name))
      throw wrong('--level', name, `one of ${LEVEL_NAMES.join(', ')}`);
  }
  if (server !== 'auto' && server !== 'referee' && server !== 'mock') {
    throw wrong('--server', server, 'auto, referee or mock');
  }
  if (!/^[1-9]\d*$/.test(values.pairs)) throw wrong('--pairs', values.pairs, 'a number above 0');
  return {
    command,
    levels,
    pairs: Number(values.pairs),
    isQuick: values.quick,
    aiperf: values.aiperf,
    server,
    replayFlags: values['replay-flags'].split(/\s+/).filter(Boolean),
    ...(referee !== undefined && { referee }),
    ...(json !== undefined && { json }),
  };
}

function wrong(flag: string, is: string, expected: string): RangeError {
  return new RangeError(`Cannot bench: ${flag} is "${is}", expected ${expected}`);
}
