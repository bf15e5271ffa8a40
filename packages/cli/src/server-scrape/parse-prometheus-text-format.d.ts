/** The library has no types of its own; these are of what we use of it. */
declare module 'parse-prometheus-text-format' {
  /** Any text gives families; one without a sample gives none. Throws for a line that is none. */
  function parse(text: string): readonly {
    readonly name: string;
    readonly metrics: readonly {
      readonly value?: string;
      readonly labels?: Readonly<Record<string, string>>;
    }[];
  }[];
  export = parse;
}
