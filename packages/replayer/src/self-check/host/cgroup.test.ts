import { expect, test } from 'vitest';

import { type CpuGroup, readCpuGroup, readMemoryLimit } from './cgroup.ts';

type Files = Readonly<Record<string, string>>;

const reader = (files: Files) => (path: string) => files[path];

const V1_STAT = 'nr_periods 100\nnr_throttled 7\nthrottled_time 5000000\nnr_bursts 0\n';
const V2_STAT =
  'usage_usec 1\nuser_usec 1\nnr_periods 40\nnr_throttled 3\nthrottled_usec 1500\nnr_bursts 0\n';

const groups: [machine: string, files: Files, expected: CpuGroup][] = [
  ['no cgroups at all, as on a Mac', {}, {}],
  [
    'version 2 in a container that sees its group as the root',
    {
      '/proc/self/cgroup': '0::/\n',
      '/sys/fs/cgroup/cpu.max': '150000 100000\n',
      '/sys/fs/cgroup/cpu.stat': V2_STAT,
    },
    { quotaCores: 1.5, throttling: { periods: 40, throttledPeriods: 3, throttledNs: 1_500_000 } },
  ],
  [
    'version 2 without a quota',
    {
      '/proc/self/cgroup': '0::/user.slice\n',
      '/sys/fs/cgroup/user.slice/cpu.max': 'max 100000\n',
      '/sys/fs/cgroup/user.slice/cpu.stat': 'usage_usec 1\nnr_periods 0\nnr_throttled 0\n',
    },
    {},
  ],
  [
    'version 2 with a tighter quota on the pod than on the container',
    {
      '/proc/self/cgroup': '0::/pod/app\n',
      '/sys/fs/cgroup/pod/app/cpu.max': '400000 100000\n',
      '/sys/fs/cgroup/pod/cpu.max': '50000 100000\n',
      '/sys/fs/cgroup/pod/cpu.stat': V2_STAT,
    },
    { quotaCores: 0.5, throttling: { periods: 40, throttledPeriods: 3, throttledNs: 1_500_000 } },
  ],
  [
    'version 1, its path not visible in the container',
    {
      '/proc/self/cgroup': '9:memory:/docker/1\n4:cpu,cpuacct:/docker/1\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '200000\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/cpu/cpu.stat': V1_STAT,
    },
    { quotaCores: 2, throttling: { periods: 100, throttledPeriods: 7, throttledNs: 5_000_000 } },
  ],
  [
    'version 1 without a quota',
    {
      '/proc/self/cgroup': '1:cpu:/\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/cpu/cpu.stat': 'nr_periods 0\nnr_throttled 0\nthrottled_time 0\n',
    },
    {},
  ],
];

test.each(groups)('readCpuGroup() %s', (_machine, files, expected) => {
  expect(readCpuGroup(reader(files))).toEqual(expected);
});

const limits: [machine: string, files: Files, expected: number | undefined][] = [
  ['no cgroups', {}, undefined],
  [
    'version 2',
    { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': '1048576\n' },
    1_048_576,
  ],
  [
    'version 2 without one',
    { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': 'max\n' },
    undefined,
  ],
  [
    'version 1 on the group above',
    {
      '/proc/self/cgroup': '4:memory:/a/b\n',
      '/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes': '9223372036854771712\n',
      '/sys/fs/cgroup/memory/a/memory.limit_in_bytes': '2000000\n',
    },
    2_000_000,
  ],
];

test.each(limits)('readMemoryLimit() %s', (_machine, files, expected) => {
  expect(readMemoryLimit(reader(files))).toBe(expected);
});
