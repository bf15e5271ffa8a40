import type { ReadText } from './read-text.ts';

/** Soft limit on open files. Source: proc(5), `limits`. */
export function readDescriptorLimit(read: ReadText): number | undefined {
  const found = /^Max open files +(\d+)/m.exec(read('/proc/self/limits') ?? '');
  return found === null ? undefined : Number(found[1]);
}

/** Ports that the kernel gives to connections that ask for none. Source: ip(7). */
export function readPortRange(read: ReadText): number | undefined {
  const text = read('/proc/sys/net/ipv4/ip_local_port_range') ?? '';
  const [, first, last] = /^(\d+)\s+(\d+)/.exec(text) ?? [];
  return first === undefined ? undefined : Number(last) - Number(first) + 1;
}

/** Sockets in TIME_WAIT, which keep their port for a minute. */
export function readTimeWait(read: ReadText): number | undefined {
  const found = /^TCP: .*\btw (\d+)/m.exec(read('/proc/net/sockstat') ?? '');
  return found === null ? undefined : Number(found[1]);
}
