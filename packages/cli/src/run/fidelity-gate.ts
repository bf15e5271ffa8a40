import { decidingReasons, type Summary } from '@trace-replay/metrics';

import type { CommandOptions } from '../flags/command-options.ts';

/** `off`, or the rule by which a measurement is judged. */
export type Gate = CommandOptions['fidelityGate'];

/** Whether a run may not be relied on by the rule of the gate. */
export function isShut(gate: Gate, summary: Summary): boolean {
  return gate !== 'off' && verdictBy(gate, summary) === 'invalid';
}

function verdictBy(gate: Gate, { fidelity }: Summary) {
  return gate === 'strict' ? (fidelity?.strict ?? fidelity?.verdict) : fidelity?.verdict;
}

/** That the measurement is invalid, also where another exit code stands before that of the gate. */
export function measurementRemark(summary: Summary, gate: Gate): string | undefined {
  const { fidelity } = summary;
  if (fidelity === undefined || verdictBy(gate, summary) !== 'invalid') return undefined;
  if (fidelity.verdict !== 'invalid') {
    return 'The measurement is invalid by the strict rule; see fidelity.reasons of summary.json.';
  }
  const [first] = decidingReasons(fidelity, 1);
  const why = first === undefined ? [] : [first.text, first.advice ?? ''];
  const gated = gate === 'off' ? '--fidelity-gate off lets it pass.' : 'See docs/fidelity.md.';
  return ['The measurement is invalid.', ...why, gated].filter(Boolean).join(' ');
}
