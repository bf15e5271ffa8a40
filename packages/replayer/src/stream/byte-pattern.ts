const WORD_BYTES = 4;

/** Fewer bytes make no pattern. */
export const LEAST_PATTERN_BYTES = WORD_BYTES;

/**
 * Bytes to be recognised, as words of four; the last word may overlap the one before. A plain array
 * for the reason given at `Arrivals`.
 *
 * @param bytes at least `LEAST_PATTERN_BYTES`
 */
export function wordsOf(bytes: Uint8Array): readonly number[] {
  const view = viewOf(bytes);
  const last = bytes.length - WORD_BYTES;
  return Array.from({ length: Math.ceil(bytes.length / WORD_BYTES) }, (_, i) =>
    view.getInt32(bytes.byteOffset + Math.min(i * WORD_BYTES, last), true),
  );
}

/** Whether `view` holds at `offset` the pattern of `length` bytes whose words begin at `from`. */
export function isPatternAt(
  view: DataView,
  offset: number,
  words: readonly number[],
  from: number,
  length: number,
): boolean {
  const last = offset + length - WORD_BYTES;
  let word = from;
  for (let at = offset; at < last; at += WORD_BYTES, word++) {
    if (view.getInt32(at, true) !== words[word]) return false;
  }
  return view.getInt32(last, true) === words[word];
}

let lastView: DataView<ArrayBufferLike> = new DataView(new ArrayBuffer(0));

/** A view of the whole buffer that `bytes` lies in; a thread's reads all lie in the same one. */
export function viewOf(bytes: Uint8Array): DataView {
  if (lastView.buffer !== bytes.buffer) lastView = new DataView(bytes.buffer);
  return lastView;
}
