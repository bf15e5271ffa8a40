const WORD_BYTES = 4;

/**
 * Bytes to be recognised, compared four at a time: the templates of the token chunk are some 200
 * bytes, and comparing them is most of what an event costs here.
 */
export class BytePattern {
  static readonly EMPTY = new BytePattern(new Uint8Array(0));

  readonly length: number;
  readonly #words: Int32Array;
  /** The last bytes, which fill no word. */
  readonly #rest: Uint8Array;

  constructor(bytes: Uint8Array) {
    // Copies: a slice of Buffer's pool would keep 8 kB of it alive with a long stream.
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const words = Math.floor(bytes.length / WORD_BYTES);
    this.length = bytes.length;
    this.#words = Int32Array.from({ length: words }, (_, i) => view.getInt32(i * WORD_BYTES, true));
    this.#rest = Uint8Array.from(bytes.subarray(words * WORD_BYTES));
  }

  /** Whether `view` holds these bytes at `offset`; it must reach as far. */
  isAt(view: DataView, offset: number): boolean {
    const words = this.#words;
    const rest = this.#rest;
    let at = offset;
    for (let i = 0; i < words.length; i++, at += WORD_BYTES) {
      if (view.getInt32(at, true) !== words[i]) return false;
    }
    for (let i = 0; i < rest.length; i++, at++) {
      if (view.getUint8(at) !== rest[i]) return false;
    }
    return true;
  }
}

let lastView: DataView<ArrayBufferLike> = new DataView(new ArrayBuffer(0));

/** A view of the whole buffer that `bytes` lies in; a thread's reads all lie in the same one. */
export function viewOf(bytes: Uint8Array): DataView {
  if (lastView.buffer !== bytes.buffer) lastView = new DataView(bytes.buffer);
  return lastView;
}
