type Unknown<T> = { [K in keyof T]: T[K] | undefined };

/** Unknown is absent: the same object without the keys that have no value. */
export function withoutUnknown<T extends object>(value: Unknown<T>): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
