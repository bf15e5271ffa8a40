/** What a call throws: a test of a message must not pass when nothing is thrown. */
export function errorOf(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('Nothing was thrown, expected an error');
}
