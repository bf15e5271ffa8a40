import type { Problem } from './file/problem.ts';

/** What one unit of the field `timestamp` is. */
export const TIME_UNITS = ['s', 'ms', 'us', 'ns'] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

const NAMES: Readonly<Record<TimeUnit, string>> = {
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
};
const FACTORS: Readonly<Record<TimeUnit, string>> = {
  s: 'multiplies the timestamps by 1000',
  ms: 'takes the timestamps as they are',
  us: 'divides the timestamps by 1000',
  ns: 'divides the timestamps by 1,000,000',
};

/** A timestamp of a trace in milliseconds. Whole numbers beyond 2^53 come as bigints. */
export function toMs(timestamp: number | bigint, unit: TimeUnit): number {
  if (typeof timestamp === 'bigint') {
    // Whole microseconds first, which a number holds: 2^53 of them are 285 years.
    return unit === 'ns' ? Number(timestamp / 1000n) / 1000 : toMs(Number(timestamp), unit);
  }
  switch (unit) {
    case 'ms':
      return timestamp;
    case 's':
      // 0.405 × 1000 is 405.00000000000006 in binary.
      return Number((timestamp * 1000).toPrecision(15));
    case 'us':
      return timestamp / 1000;
    case 'ns':
      return timestamp / 1e6;
  }
}

/** 2008 to 2039 in seconds since 1970. As milliseconds these are 14 to 25 days into a trace. */
const UNIX_SECONDS = { from: 1.2e9, to: 2.2e9 };
/** Microseconds since 1970 have 16 digits, nanoseconds 19. */
const FIRST_OF_16_DIGITS = 1e15;
const FIRST_OF_18_DIGITS = 1e17;
/** More rows a second than this are rare in a trace, and common in one of seconds read wrongly. */
const SHORT_GAP_MS = 10;
/** Whole milliseconds say less than fractions, and few rows are often written by hand. */
const FEW_ROWS = 100;
/** The same for microseconds read wrongly: less than a row a minute. */
const LONG_GAP_MS = 60_000;
const ROWS_WITH_A_LONG_GAP = 10;
/** Fields of a format in seconds. Source: alibaba-edu/qwen-bailian-usagetraces-anon. */
const FIELDS_OF_SECONDS = ['chat_id', 'parent_chat_id'];

/** Looks at the timestamps of a trace for signs that they are no milliseconds. */
export class TimeUnitCheck {
  #count = 0;
  #first = 0;
  #least = Infinity;
  #most = -Infinity;
  #hasFraction = false;
  #previous: number | undefined;
  #leastGap = Infinity;
  #mostGap = -Infinity;
  readonly #shown: number[] = [];
  /** Which of the fields of `FIELDS_OF_SECONDS` were seen. */
  readonly #fields = new Set<string>();

  /** @param fields of the row that are not ours */
  add(timestamp: number, fields: Readonly<Record<string, unknown>> = {}): void {
    for (const name of FIELDS_OF_SECONDS) if (name in fields) this.#fields.add(name);
    if (this.#count === 0) this.#first = timestamp;
    this.#count += 1;
    if (this.#previous !== undefined) {
      const gap = timestamp - this.#previous;
      if (gap < this.#leastGap) this.#leastGap = gap;
      if (gap > this.#mostGap) this.#mostGap = gap;
    }
    this.#previous = timestamp;
    if (timestamp < this.#least) this.#least = timestamp;
    if (timestamp > this.#most) this.#most = timestamp;
    if (!this.#hasFraction && !Number.isInteger(timestamp)) this.#hasFraction = true;
    if (this.#shown.length < 3) this.#shown.push(timestamp);
  }

  /** Why these are probably no milliseconds, and the flag that says what they are. */
  problem(): Problem | undefined {
    const unit = this.#likelyUnit();
    if (unit === undefined) return undefined;
    const shown = this.#shown.join(', ') + (this.#count > this.#shown.length ? ', …' : '');
    return {
      field: 'timestamp',
      what: `looks like ${NAMES[unit]} (${shown}${this.#asMs()}), expected milliseconds`,
      next: `${passUnit(unit)}; if they are milliseconds all the same, pass --time-unit ms.`,
    };
  }

  get #meanGap(): number {
    return this.#count > 1 ? (this.#most - this.#least) / (this.#count - 1) : 0;
  }

  /** A constant rate in whole milliseconds: made by a program, not recorded in seconds. */
  get #isSteady(): boolean {
    return this.#meanGap >= 1 && this.#mostGap - this.#leastGap <= 1;
  }

  #likelyUnit(): TimeUnit | undefined {
    if (this.#count === 0) return undefined;
    if (this.#most >= FIRST_OF_16_DIGITS) return largeUnit(this.#most);
    if (this.#least >= UNIX_SECONDS.from && this.#most < UNIX_SECONDS.to) return 's';
    const gap = this.#meanGap;
    // All rows at one instant say nothing.
    if (gap === 0) return undefined;
    if (gap < LONG_GAP_MS && this.#fields.size === FIELDS_OF_SECONDS.length) return 's';
    if (gap < SHORT_GAP_MS && this.#hasFraction) return 's';
    if (gap < SHORT_GAP_MS && this.#count >= FEW_ROWS && !this.#isSteady) return 's';
    if (gap < LONG_GAP_MS || this.#count < ROWS_WITH_A_LONG_GAP) return undefined;
    return gap / 1000 < LONG_GAP_MS ? 'us' : 'ns';
  }

  #asMs(): string {
    const gap = this.#meanGap;
    if (gap === 0 || this.#first >= UNIX_SECONDS.from) return '';
    const perSecond = 1000 / gap;
    const [rate, per] = perSecond >= 1 ? [perSecond, 'second'] : [perSecond * 86_400, 'day'];
    const shown = rate.toLocaleString('en', { maximumSignificantDigits: 2 });
    return `; as milliseconds, ${shown} rows a ${per}`;
  }
}

/** Seconds, microseconds or nanoseconds since 1970, by their size. */
export function largeUnit(timestamp: number): TimeUnit {
  return timestamp >= FIRST_OF_18_DIGITS ? 'ns' : 'us';
}

/** `Pass --time-unit s, which multiplies the timestamps by 1000` */
export function passUnit(unit: TimeUnit): string {
  return `Pass --time-unit ${unit}, which ${FACTORS[unit]}`;
}
