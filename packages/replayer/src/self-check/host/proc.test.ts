import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { expect, test } from 'vitest';

import { listedDescriptors, openDescriptors } from './proc.ts';

test.runIf(process.platform === 'linux')(
  'openDescriptors() counts what is open, by its size or by its list',
  () => {
    const before = openDescriptors()!;
    expect(before).toBe(listedDescriptors());
    const opened = Array.from({ length: 5 }, () => openSync(devNull, 'r'));
    try {
      expect([openDescriptors(), listedDescriptors()]).toEqual([before + 5, before + 5]);
    } finally {
      opened.forEach(closeSync);
    }
  },
);
