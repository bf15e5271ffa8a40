/** Names of the recipe's two deployments, as its jobs and the embedded mocks have them. */
const AGGREGATED = /agg(regated)?-round-robin/;
const DISAGGREGATED = /disagg(regated)?-kv/;
const PREFIX_CACHE_ON = /prefix-cache-on/;

/** Sentences about the recipe's deployments: its aggregated one has prefix reuse off. */
export function caveatsOf(names: readonly string[]): readonly string[] {
  // "disagg-kv" holds "agg", but not "agg-round-robin".
  const aggregated = names.filter((name) => AGGREGATED.test(name));
  if (aggregated.length === 0 || !names.some((name) => DISAGGREGATED.test(name))) return [];
  if (aggregated.every((name) => PREFIX_CACHE_ON.test(name))) {
    return [
      'Two things differ at once between these deployments: the router, and whether prefill and ' +
        'decode are apart. Both reuse prefixes.',
    ];
  }
  return [
    'Three things differ at once between these deployments: the router, whether prefill and decode ' +
      'are apart, and prefix reuse, which is off in the aggregated one. The outcome cannot be ' +
      'credited to one of them. The fair ablation is the aggregated deployment with prefix reuse ' +
      'on (--prefix-cache on of the embedded mock).',
  ];
}
