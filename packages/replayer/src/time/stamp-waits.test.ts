import { expect, test } from 'vitest';

import { watchBusyLoop } from './stamp-waits.ts';

const US = 1000;

/** A loop whose turns end by hand, 10 µs after their last stamp; the waits of its stamps in µs. */
function turns(...stampsUs: readonly (readonly number[])[]): number[][] {
  let nowNs = 0;
  let turnEnds: (() => void)[] = [];
  const { clock, waits } = watchBusyLoop({ nowNs: () => nowNs }, (call) => turnEnds.push(call));
  return stampsUs.map((turn) => {
    const waited = turn.map((atUs) => {
      nowNs = atUs * US;
      return waits.busyNs(clock.nowNs()) / US;
    });
    // Asked for once a turn, however many stamps it has.
    expect(turnEnds).toHaveLength(turn.length > 0 ? 1 : 0);
    nowNs += 10 * US;
    for (const end of turnEnds) end();
    turnEnds = [];
    return waited;
  });
}

test.each<[what: string, stampsUs: number[][], waitsUs: number[][]]>([
  ['a stamp alone waits for nothing', [[100], [900]], [[0], [0]]],
  ['of a burst each waits for those before it', [[100, 130, 170]], [[0, 30, 70]]],
  [
    'after a rest the next turn begins anew',
    [[100, 130], [1200, 1210], []],
    [[0, 30], [0, 10], []],
  ],
  [
    'without a rest it reads what came while the turn before went on, not earlier',
    [[100, 400], [440, 500], [550]],
    [[0, 300], [340, 400], [110]],
  ],
])('watchBusyLoop() %s', (_what, stampsUs, waitsUs) => {
  expect(turns(...stampsUs)).toEqual(waitsUs);
});
