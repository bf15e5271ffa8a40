import { BodyDigest } from './body-digest.ts';
import { type BodyOptions, createBodyWriter } from './body.ts';
import { createPromptWriter } from '../prompt/prompt.ts';
import type { TraceRow } from '../trace/row.ts';

/** Everything that decides the bytes of a body, as plain values that can cross to a thread. */
export interface BuildOptions extends BodyOptions {
  readonly seed: number;
  readonly blockSize: number;
  readonly tokenIdRange: { readonly from: number; readonly to: number };
}

/** A body and what is counted of it. */
export interface BuiltBody {
  /** Owns its buffer. */
  readonly body: Uint8Array;
  /** As `BodyDigest.of` makes it. */
  readonly digest: Uint8Array;
}

/** Rows → request bodies. */
export interface BodyBuilder {
  ofRow(row: TraceRow): BuiltBody;
  /** A body whose prompt shares nothing with any row, nor with another index. */
  ofWarmUp(index: number, inputTokens: number, outputTokens: number): Uint8Array;
}

export function createBodyBuilder(options: BuildOptions): BodyBuilder {
  const { seed, blockSize, tokenIdRange } = options;
  const prompts = createPromptWriter({ seed, blockSize, tokenIdRange });
  const isWords = options.prompt === 'words';
  const write = createBodyWriter(options);
  return {
    ofRow(row) {
      const prompt = isWords ? prompts.words(row) : prompts.tokenIds(row);
      const body = write(prompt, row.outputLength);
      return { body, digest: BodyDigest.of(row.index, body) };
    },
    ofWarmUp(index, inputTokens, outputTokens) {
      const prompt = isWords
        ? prompts.warmUpWords(index, inputTokens)
        : prompts.warmUpTokenIds(index, inputTokens);
      return write(prompt, outputTokens);
    },
  };
}
