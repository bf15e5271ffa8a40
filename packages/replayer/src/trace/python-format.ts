// Numbers as Python writes and rounds them, for output that equals datagen's byte for byte. Of two
// equally near decimals Python takes the even one, JavaScript the larger.

/** Nearest integer, a half to the even one: Python's `round(x)`. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return rest < 0.5 ? floor : floor + 1;
}

/** The shortest digits of a finite float, always with a point or an exponent: Python's `repr`. */
export function formatFloat(value: number): string {
  const [digits, exponent] = scientific(value.toExponential());
  if (exponent < -4 || exponent >= 16) return withExponent(digits, exponent);
  // JavaScript turns to exponents later than Python, above 1e21 and below 1e-6.
  const plain = String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
}

/** One digit after the point: Python's `%.1f`. */
export function formatOneDecimal(value: number): string {
  if (Math.abs(value) >= 2 ** 53) return `${BigInt(value)}.0`;
  // Only quarters can lie between two tenths, and ten times a quarter is exact.
  const isQuarter = Number.isInteger(value * 4);
  return (isQuarter ? roundHalfEven(value * 10) / 10 : value).toFixed(1);
}

/** Significand and exponent of a text such as `-1.5e-7`. */
function scientific(text: string): [digits: string, exponent: number] {
  const [digits = '', exponent = '0'] = text.split('e');
  return [digits, Number(exponent)];
}

function withExponent(digits: string, exponent: number): string {
  const sign = exponent < 0 ? '-' : '+';
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
