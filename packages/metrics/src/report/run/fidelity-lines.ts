import type { Verdict } from '../../schemas/fidelity.ts';
import { describeReason } from '../../fidelity/sentences.ts';
import type { Summary } from '../../schemas/summary.ts';
import { flowProse, type Paint, type Style } from '../layout.ts';

const STYLES: Readonly<Record<Verdict, Style>> = {
  valid: 'bold',
  degraded: 'yellow',
  invalid: 'red',
};

const MEANINGS: Readonly<Record<Verdict, string>> = {
  valid: 'our own error is at most 1 ms or 2 % in every figure that is judged.',
  degraded: 'usable with our own errors in mind.',
  invalid: 'our own errors are too large to believe all of it.',
};

/** More than these stand in summary.json alone. */
const MOST_REASONS = 8;

/** The run's verdict on itself and a sentence for each reason. */
export function describeFidelity({ fidelity }: Summary, width: number, paint: Paint): string[] {
  if (fidelity === undefined) {
    return flowProse(
      'none: the run left no readings of itself, so its own error is unknown',
      width,
    );
  }
  const { verdict, reasons } = fidelity;
  const [first = '', ...rest] = flowProse(`${verdict}: ${MEANINGS[verdict]}`, width);
  const shown = reasons.slice(0, MOST_REASONS).flatMap((reason) => {
    const [line = '', ...more] = flowProse(`- ${describeReason(reason)}`, width - 2);
    return [line, ...more.map((text) => `  ${text}`)];
  });
  const left = reasons.length - MOST_REASONS;
  return [
    paint(STYLES[verdict], first),
    ...rest,
    ...shown,
    ...(left > 0 ? [`- and ${left} more in summary.json`] : []),
  ];
}
