/** Sums by name. A name that was never counted is 0 when asked for, and not in the entries. */
export class Tally<Name extends string> {
  readonly #sums = new Map<Name, number>();

  count(name: Name): void {
    this.add(name, 1);
  }

  /** @param by a whole number; sums stay exact up to 2^53 */
  add(name: Name, by: number): void {
    this.#sums.set(name, this.get(name) + by);
  }

  get(name: Name): number {
    return this.#sums.get(name) ?? 0;
  }

  toState(): { tally: Record<string, number> } {
    return { tally: Object.fromEntries(this.#sums) };
  }

  /** Adds what `toState` gave; of names that it does not know it takes care all the same. */
  addState({ tally }: { tally: Readonly<Record<string, number>> }): void {
    for (const [name, sum] of Object.entries(tally)) this.add(name as Name, sum);
  }

  /** The names that were counted, in the order of `names`. */
  pick(names: readonly Name[]): Partial<Record<Name, number>> {
    const counted = names.filter((name) => this.#sums.has(name));
    return Object.fromEntries(counted.map((name) => [name, this.get(name)])) as Partial<
      Record<Name, number>
    >;
  }
}
