import type { ProbePurpose, SearchPlan, SearchProbe } from '../schemas/search.ts';
import { judgeSpeed } from './judge-speed.ts';

/** How a search ended. */
export type SearchOutcome =
  /** Low passes and high fails, as close as asked for, and both did so again. */
  | { readonly kind: 'found'; readonly low: number; readonly high: number }
  /** The fastest speed that the trace allows passes. */
  | { readonly kind: 'trace-too-short'; readonly low: number }
  /** The slowest speed that is tried fails. */
  | { readonly kind: 'too-slow'; readonly high: number }
  /** From this speed on the client is the limit. */
  | { readonly kind: 'client-limited'; readonly at: number; readonly low?: number | undefined }
  /** No probe is left to make. */
  | {
      readonly kind: 'out-of-probes';
      readonly low?: number | undefined;
      readonly high?: number | undefined;
    };

export type SearchStep =
  | { readonly kind: 'probe'; readonly speed: number; readonly purpose: ProbePurpose }
  | { readonly kind: 'end'; readonly outcome: SearchOutcome };

/** The slowest speed tried is the first one ÷ this. */
const SLOWEST = 64;
/** Probes at one speed that the client may spoil before it counts as the limit. */
const MOST_CLIENT_LIMITED = 2;
/** Probes with fresh seeds that both ends of a bracket have to stand. */
const CONFIRMATIONS = 2;

/**
 * What a search does next, from its probes alone: a search that was killed goes on where it was.
 *
 * Doubles or halves until one speed passes and one fails, and takes the geometric mean until they
 * are close. Then low, high, high and low again with fresh seeds; an end that does not stand that
 * moves outwards, in steps that double.
 */
export function nextStep(plan: SearchPlan, probes: readonly SearchProbe[]): SearchStep {
  if (plan.warm_up && probes.length === 0) return probe(plan.from, 'warm-up');
  const walk = new Walk(plan, probes);
  const step = walk.next();
  if (step.kind === 'end' || probes.length < plan.max_probes) return step;
  const { low, high } = walk;
  return end({ kind: 'out-of-probes', low, high });
}

/** Goes through the probes of a search as they were made, up to the one that is missing. */
class Walk {
  low: number | undefined;
  high: number | undefined;
  readonly #plan: SearchPlan;
  readonly #probes: readonly SearchProbe[];

  constructor(plan: SearchPlan, probes: readonly SearchProbe[]) {
    this.#plan = plan;
    this.#probes = probes;
  }

  next(): SearchStep {
    return this.#bracket() ?? this.#confirm();
  }

  /** A step, or nothing when the bracket is as narrow as asked for. */
  #bracket(): SearchStep | undefined {
    const { from, share } = this.#plan;
    let speed = Math.min(from, this.#plan.fastest);
    for (;;) {
      const limited = this.#clientLimit(speed);
      if (limited) return limited;
      const made = this.#made(speed, 'bracket');
      const judged = made.length > 0 ? judgeSpeed(made, share) : undefined;
      if (judged === undefined || judged.side === 'open') return probe(speed, 'bracket');
      if (judged.side === 'pass') this.low = speed;
      else this.high = speed;
      const following = this.#follow(speed);
      if (following === undefined) return undefined;
      if (typeof following === 'object') return following;
      speed = following;
    }
  }

  /** The next speed, or how the search ends without a bracket. */
  #follow(speed: number): number | SearchStep | undefined {
    const { from, fastest, precision } = this.#plan;
    const { low, high } = this;
    if (low !== undefined && high !== undefined) {
      return high / low <= 1 + precision ? undefined : rounded(Math.sqrt(low * high));
    }
    if (high === undefined) {
      if (speed >= fastest) return end({ kind: 'trace-too-short', low: speed });
      return Math.min(speed * 2, fastest);
    }
    return speed / 2 < from / SLOWEST ? end({ kind: 'too-slow', high: speed }) : speed / 2;
  }

  #confirm(): SearchStep {
    let [low, high] = [this.low!, this.high!];
    const { precision, fastest, from } = this.#plan;
    for (let by = 1 + precision; this.#falls(low, 'pass'); by **= 2) low = rounded(low / by);
    for (let by = 1 + precision; this.#falls(high, 'fail'); by **= 2) high = rounded(high * by);
    this.low = low;
    this.high = high;
    if (low < from / SLOWEST) return end({ kind: 'too-slow', high: low });
    if (high > fastest) return end({ kind: 'trace-too-short', low });
    const again = (speed: number) => this.#made(speed, 'confirm').length;
    const limited = this.#clientLimit(low) ?? this.#clientLimit(high);
    if (limited) return limited;
    if (again(low) === 0) return probe(low, 'confirm');
    if (again(high) < CONFIRMATIONS) return probe(high, 'confirm');
    if (again(low) < CONFIRMATIONS) return probe(low, 'confirm');
    return end({ kind: 'found', low, high });
  }

  /** Whether a repeat of this speed lies on the other side. */
  #falls(speed: number, side: 'pass' | 'fail'): boolean {
    return this.#made(speed, 'confirm').some(
      (each) => judgeSpeed([each], this.#plan.share, 1).side !== side,
    );
  }

  #made(speed: number, purpose: ProbePurpose): readonly SearchProbe[] {
    return this.#probes.filter((each) => {
      return each.speed === speed && each.purpose === purpose && !each.client_limited;
    });
  }

  #clientLimit(speed: number): SearchStep | undefined {
    const limited = this.#probes.filter((each) => each.speed === speed && each.client_limited);
    if (limited.length < MOST_CLIENT_LIMITED) return undefined;
    return end({ kind: 'client-limited', at: speed, low: this.low });
  }
}

/** Four digits say a speed, and are read again as the same number. */
function rounded(speed: number): number {
  return Number(speed.toPrecision(4));
}

function probe(speed: number, purpose: ProbePurpose): SearchStep {
  return { kind: 'probe', speed, purpose };
}

function end(outcome: SearchOutcome): SearchStep {
  return { kind: 'end', outcome };
}
