import { BodyDigest } from './body-digest.ts';
import { type BodyOptions, createBodyWriter } from './body.ts';
import { createPromptWriter, type PromptWriter } from '../prompt/prompt.ts';
import type { TraceRow } from '../trace/row.ts';

/** Everything that decides the bytes of a body, as plain values that can cross to a thread. */
export interface BuildOptions extends BodyOptions {
  readonly seed: number;
  readonly blockSize: number;
  /** Whether a row's own field `model` decides. */
  readonly modelPerRow?: boolean;
  readonly tokenIdRange: { readonly from: number; readonly to: number };
}

/** Rows → request bodies. */
export class BodyBuilder {
  readonly #write: ReturnType<typeof createBodyWriter>;
  readonly #prompts: PromptWriter;
  readonly #isWords: boolean;
  readonly #modelPerRow: boolean;

  constructor(options: BuildOptions) {
    this.#write = createBodyWriter(options);
    this.#prompts = createPromptWriter(options);
    this.#isWords = options.prompt === 'words';
    this.#modelPerRow = options.modelPerRow === true;
  }

  /** @returns a body that owns its buffer, and its digest as `BodyDigest.of` makes it */
  ofRow(row: TraceRow): { readonly body: Uint8Array; readonly digest: Uint8Array } {
    return this.ofPrompt(
      row,
      this.#isWords ? this.#prompts.words(row) : this.#prompts.tokenIds(row),
    );
  }

  /** The same for a prompt from elsewhere: JSON, without the quotes of a text. */
  ofPrompt(
    row: TraceRow,
    prompt: Uint8Array,
  ): { readonly body: Uint8Array; readonly digest: Uint8Array } {
    const own = this.#modelPerRow ? row.otherFields?.['model'] : undefined;
    const body = this.#write(prompt, row.outputLength, typeof own === 'string' ? own : undefined);
    return { body, digest: BodyDigest.of(row.index, body) };
  }

  /** A body whose prompt shares nothing with any row, nor with another index. */
  ofWarmUp(index: number, inputTokens: number, outputTokens: number): Uint8Array {
    const prompt = this.#isWords
      ? this.#prompts.warmUpWords(index, inputTokens)
      : this.#prompts.warmUpTokenIds(index, inputTokens);
    return this.#write(prompt, outputTokens);
  }
}
