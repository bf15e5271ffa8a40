type Known<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Unknown is absent: a key without a value is left out. */
export function withoutUnknown<T extends object>(value: T): Known<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => field !== undefined),
  ) as Known<T>;
}
