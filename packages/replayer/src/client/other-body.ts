const MOST_BYTES = 64 * 1024;

/** The beginning of an answer that is no event stream: an error's text, mostly. */
export class OtherBody {
  readonly #pieces: Buffer[] = [];
  #length = 0;

  push(bytes: Buffer): void {
    const room = MOST_BYTES - this.#length;
    if (room <= 0) return;
    // undici's slice lies in a buffer that the next read may fill again.
    const kept = Buffer.from(bytes.subarray(0, room));
    this.#pieces.push(kept);
    this.#length += kept.length;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}
