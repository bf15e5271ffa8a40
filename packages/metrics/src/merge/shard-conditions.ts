import type { Conditions } from '../schemas/conditions.ts';

/** What shards of one run may differ in: where they ran. */
const OWN_TO_A_SHARD = new Set(['host']);

/** Paths of the conditions in which two shards differ, such as `trace.sha256`; none for one run. */
export function differencesBetweenShards(a: Conditions, b: Conditions): readonly string[] {
  return Object.keys({ ...a, ...b })
    .filter((key) => !OWN_TO_A_SHARD.has(key))
    .flatMap((key) => differences(key, a[key as keyof Conditions], b[key as keyof Conditions]));
}

function differences(path: string, a: unknown, b: unknown): readonly string[] {
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys({ ...a, ...b });
    return keys.flatMap((key) => differences(`${path}.${key}`, a[key], b[key]));
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [path];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
