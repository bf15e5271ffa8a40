/** A new array of this length that begins with these numbers. */
export function enlarged<A extends Int32Array | Float64Array>(numbers: A, length: number): A {
  const larger = new (numbers.constructor as new (length: number) => A)(length);
  larger.set(numbers);
  return larger;
}
