/** Unknown is absent: the same value without keys that have none, at any depth. */
export function withoutUnknown<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutUnknown) as T;
  if (typeof value !== 'object' || value === null) return value;
  const known = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(known.map(([key, field]) => [key, withoutUnknown(field)])) as T;
}
