/**
 * Two-sided p of McNemar's test by the exact binomial distribution: if the sides were alike, each
 * row on which they disagree would favour either with probability ½.
 * Source: McNemar 1947; the exact form as in Fagerland, Lydersen and Laake 2013. It takes rows as
 * independent, and rows of one burst are not: alone it is too sure of itself.
 */
export function mcNemar(firstOnly: number, secondOnly: number): number {
  const trials = firstOnly + secondOnly;
  const fewer = Math.min(firstOnly, secondOnly);
  if (firstOnly === secondOnly) return 1;
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
  return Math.min(1, 2 * Math.exp(logTerm + Math.log(sum)));
}
