import { expect, test } from 'vitest';

import { type HostReadings, type HostSources, startHostMonitor } from './host-monitor.ts';

/** A machine whose readings a test changes while it is watched. */
interface Machine {
  files: Record<string, string>;
  open: number | undefined;
  cpuNs: number;
  monotonicMs: number;
  wallMs: number;
  sources: HostSources;
}

function machine(): Machine {
  const made: Machine = {
    files: {
      '/proc/self/limits':
        'Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 4096                 files     \n',
      '/proc/sys/net/ipv4/ip_local_port_range': '32768\t60999\n',
      '/proc/net/sockstat': 'sockets: used 9\nTCP: inuse 3 orphan 0 tw 1558 alloc 3 mem 2\n',
      '/proc/uptime': '1000.00 900.00\n',
      '/proc/self/cgroup': '0::/\n',
    },
    open: 20,
    cpuNs: 5e9,
    monotonicMs: 1e6,
    wallMs: 1.7e12,
    sources: {
      read: (path) => made.files[path],
      openDescriptors: () => made.open,
      parallelism: () => 4,
      cpuNs: () => made.cpuNs,
      peakRssBytes: () => 9e7,
      monotonicMs: () => made.monotonicMs,
      wallMs: () => made.wallMs,
    },
  };
  return made;
}

/** Time goes by on every clock, the boot clock also while the machine sleeps. */
function pass(on: Machine, ms: number, asleepMs = 0): void {
  const upMs = Number(/^[\d.]+/.exec(on.files['/proc/uptime'] ?? '')?.[0]) * 1000;
  on.files['/proc/uptime'] = `${((upMs + ms + asleepMs) / 1000).toFixed(2)} 900.00\n`;
  on.monotonicMs += ms;
  on.wallMs += ms + asleepMs;
}

const QUIET: Partial<HostReadings> = {
  observed_ms: 2000,
  cpu: { cores_allowed: 4, cores_used: 0 },
  descriptors: { limit: 1024, peak_open: 20 },
  ports: { range: 28_232, time_wait: 1558 },
  clocks: { drift_ms: 0, largest_step_ms: 0, suspended_ms: 0 },
};

const happenings: [what: string, happen: (on: Machine) => void, seen: Partial<HostReadings>][] = [
  ['nothing', () => undefined, {}],
  ['CPU time', (on) => (on.cpuNs += 3e9), { cpu: { cores_allowed: 4, cores_used: 1.5 } }],
  [
    'descriptors that are closed again before the end',
    (on) => (on.open = 900),
    { descriptors: { limit: 1024, peak_open: 900 } },
  ],
  [
    'a wall clock that is stepped by an hour',
    (on) => (on.wallMs += 3.6e6),
    { clocks: { drift_ms: 3.6e6, largest_step_ms: 3.6e6, suspended_ms: 0 } },
  ],
  [
    'a sleep of ten seconds',
    (on) => pass(on, 0, 10_000),
    { clocks: { drift_ms: 10_000, largest_step_ms: 10_000, suspended_ms: 10_000 } },
  ],
];

test.each(happenings)('startHostMonitor() sees %s', (_what, happen, seen) => {
  const on = machine();
  const monitor = startHostMonitor(on.sources);
  pass(on, 1000);
  happen(on);
  monitor.look();
  on.open = 20;
  pass(on, 1000);
  const { memory, ...readings } = monitor.stop();
  expect(readings).toEqual({ ...QUIET, ...seen });
  expect(memory).toEqual({ peak_rss_bytes: 9e7 });
});

test('startHostMonitor() sees a clock that is stepped back and on again', () => {
  const on = machine();
  const monitor = startHostMonitor(on.sources);
  on.wallMs -= 5000;
  monitor.look();
  on.wallMs += 5000;
  expect(monitor.stop().clocks).toEqual({ drift_ms: 0, largest_step_ms: -5000, suspended_ms: 0 });
});

test('startHostMonitor() counts throttling from its start, and a quota as cores', () => {
  const on = machine();
  const stat = (periods: number, throttled: number, us: number) =>
    `nr_periods ${periods}\nnr_throttled ${throttled}\nthrottled_usec ${us}\n`;
  on.files['/sys/fs/cgroup/cpu.max'] = '250000 100000\n';
  on.files['/sys/fs/cgroup/cpu.stat'] = stat(100, 50, 900_000);
  on.files['/sys/fs/cgroup/memory.max'] = '500000000\n';
  const monitor = startHostMonitor(on.sources);
  on.files['/sys/fs/cgroup/cpu.stat'] = stat(120, 52, 950_000);
  pass(on, 1000);
  expect(monitor.stop()).toMatchObject({
    cpu: { cores_allowed: 2.5 },
    throttling: { periods: 20, throttled_periods: 2, throttled_ms: 50 },
    memory: { limit_bytes: 5e8 },
  });
});

test('startHostMonitor() leaves out what the platform does not tell', () => {
  const on = machine();
  on.files = {};
  on.open = undefined;
  const monitor = startHostMonitor(on.sources);
  on.monotonicMs += 1000;
  on.wallMs += 1000;
  expect(monitor.stop()).toEqual({
    observed_ms: 1000,
    cpu: { cores_allowed: 4, cores_used: 0 },
    clocks: { drift_ms: 0, largest_step_ms: 0 },
    memory: { peak_rss_bytes: 9e7 },
  });
});

test('startHostMonitor() leaves out the CPU when no time went by', () => {
  expect(startHostMonitor(machine().sources).stop()).not.toHaveProperty('cpu');
});

test('startHostMonitor() reads this machine', () => {
  const { cpu, clocks } = startHostMonitor().stop();
  expect(cpu?.cores_allowed).toBeGreaterThan(0);
  expect(cpu?.cores_used).toBeGreaterThanOrEqual(0);
  expect(Math.abs(clocks?.drift_ms ?? NaN)).toBeLessThan(1000);
});
