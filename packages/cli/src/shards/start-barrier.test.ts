import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Conditions } from '@trace-replay/metrics';
import { ReadinessError } from '@trace-replay/replayer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createScratch, type Scratch } from '../test/run-cli.ts';
import { type Meeting, openBarrier } from './start-barrier.ts';

const CONDITIONS: Conditions = {
  trace: {
    file: 'day.jsonl',
    sha256: 'a'.repeat(64),
    rows: 8,
    selected_rows: 8,
    first_row: 0,
    block_size: 512,
  },
  model: 'm',
  endpoint: 'chat',
  urls: ['http://a:1'],
  seed: 42,
  speedup: 1,
  output_length: 'exact',
  prompt_algorithm: 'words-1',
  flags: {},
  versions: { trace_replay: '1', node: '1', undici: '1' },
  host: { os: 'linux', arch: 'x64', cpus: 1, memory_bytes: 1 },
};

let scratch: Scratch;

beforeEach(() => {
  scratch = createScratch();
});

afterEach(() => scratch.remove());

const directory = () => join(scratch.path, 'deep/barrier');
const come = (index: number, count = 3) => openBarrier(directory(), { index, count });

function meeting(given: Partial<Meeting> = {}): Meeting {
  const { signal } = new AbortController();
  return { conditions: CONDITIONS, waitMs: 5000, leadMs: 1000, signal, ...given };
}

describe('openBarrier()', () => {
  test('gives all shards one zero, a lead after the last one came', async () => {
    const barriers = [0, 1, 2].map((index) => come(index));
    expect(new Set(barriers.map(({ openedUnixMs }) => openedUnixMs)).size).toBe(1);
    const [first, second, third] = barriers.map((barrier) => () => barrier.meet(meeting()));
    const early = [first?.(), second?.()];
    await new Promise((resolve) => setTimeout(resolve, 300));
    const lastCameMs = Date.now();
    const zeros = await Promise.all([...early, third?.()]);
    expect(new Set(zeros).size).toBe(1);
    expect(zeros[0]).toBeGreaterThanOrEqual(lastCameMs + 1000);
    expect(zeros[0]).toBeLessThan(lastCameMs + 3000);
    expect(readdirSync(directory()).sort()).toEqual([
      'decided.json',
      'opened.json',
      'shard-0-of-3.json',
      'shard-1-of-3.json',
      'shard-2-of-3.json',
    ]);
  });

  test('lets all go when one waits too long, and names who did not come', async () => {
    const waiting = [come(0).meet(meeting({ waitMs: 300 })), come(2).meet(meeting())];
    const ends = await Promise.allSettled(waiting);
    const reasons = ends.map((end) => (end.status === 'rejected' ? String(end.reason) : 'began'));
    for (const reason of reasons) {
      expect(reason).toContain('Cannot start: shard-0-of-3 gave up, so no shard starts');
      expect(reason).toContain('it had not seen shard-1-of-3');
    }
    // Whoever comes later must not start a run that others have left.
    expect(() => come(1)).toThrow('Cannot start: shard-0-of-3 gave up, so no shard starts');
    expect(() => come(1)).toThrow(ReadinessError);
  });

  test('refuses a directory from where a run started before', async () => {
    await Promise.all([come(0, 1).meet(meeting())]);
    expect(() => come(0, 1)).toThrow('a run was decided there already');
  });

  test('lets all go when one gives up', async () => {
    const waiting = come(0).meet(meeting());
    come(1).giveUp('the model is not there');
    await expect(waiting).rejects.toThrow(
      'shard-1-of-3 gave up, so no shard starts: the model is not there',
    );
  });

  test('starts nobody when the shards were told different things', async () => {
    const other = { ...CONDITIONS, seed: 43, host: { ...CONDITIONS.host, hostname: 'b' } };
    const meetings = [
      come(0, 2).meet(meeting()),
      come(1, 2).meet(meeting({ conditions: { ...other, flags: { prompt: 'words' } } })),
    ];
    for (const end of await Promise.allSettled(meetings)) {
      expect(end.status === 'rejected' && String(end.reason)).toMatch(
        /shard-\d-of-2 has another seed, flags\.prompt/,
      );
    }
  });

  test('takes each shard once', async () => {
    const aborter = new AbortController();
    const waiting = come(0).meet(meeting({ signal: aborter.signal }));
    await expect(come(0).meet(meeting())).rejects.toThrow(
      'Cannot run shard-0-of-3: another process is that shard already',
    );
    aborter.abort();
    await expect(waiting).rejects.toThrow('aborted');
  });

  test('decides once, whatever happens at the same time', async () => {
    for (let round = 0; round < 20; round++) {
      const path = join(scratch.path, `round-${round}`);
      const [a, b] = [0, 1].map((index) => openBarrier(path, { index, count: 2 }));
      const ends = Promise.allSettled([a?.meet(meeting()), b?.meet(meeting({ waitMs: 0 }))]);
      a?.giveUp('changed its mind');
      expect(new Set((await ends).map(({ status }) => status)).size).toBe(1);
    }
  });
});
