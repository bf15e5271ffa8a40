/** How often the verdicts of paired rows disagree, and how likely that is by chance. */
export interface McNemar {
  /** Rows that were good on the first side only, and on the second only. */
  readonly firstOnly: number;
  readonly secondOnly: number;
  /** Two-sided, exact. */
  readonly p: number;
}

/**
 * McNemar's test by the exact binomial distribution: if the sides were alike, each row on which
 * they disagree would favour either with probability ½.
 * Source: McNemar 1947; the exact form as in Fagerland, Lydersen and Laake 2013. It takes rows as
 * independent, and rows of one burst are not: alone it is too sure of itself.
 */
export function mcNemar(firstOnly: number, secondOnly: number): McNemar {
  const trials = firstOnly + secondOnly;
  const fewer = Math.min(firstOnly, secondOnly);
  if (firstOnly === secondOnly) return { firstOnly, secondOnly, p: 1 };
  // In logarithms, because 2^-trials vanishes from 1,075 trials on.
  let logTerm = -trials * Math.LN2;
  let sum = 0;
  const logTerms: number[] = [logTerm];
  for (let k = 1; k <= fewer; k++) {
    logTerm += Math.log((trials - k + 1) / k);
    logTerms.push(logTerm);
  }
  // The largest is the last: the sum is at most (fewer + 1) times it.
  for (const each of logTerms) sum += Math.exp(each - logTerm);
  return { firstOnly, secondOnly, p: Math.min(1, 2 * Math.exp(logTerm + Math.log(sum))) };
}
