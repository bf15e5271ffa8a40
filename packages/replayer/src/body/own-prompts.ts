import type { MessagePort } from 'node:worker_threads';

import { OptionsError } from '../errors/errors.ts';
import type { TraceRow } from '../trace/row.ts';
import { BodyBuilder, type BuildOptions } from './body-builder.ts';
import type { BuildMessage, BuiltMessage, Builder } from './start-body-builder.ts';

/**
 * A program's own prompt of a row: a text, or token ids where the option `prompt` is `token-ids`.
 * Called once for each row, in the order of the trace and some seconds ahead of its due time.
 */
export type WritePrompt = (
  row: TraceRow,
) => string | readonly number[] | Promise<string | readonly number[]>;

/**
 * Builds bodies of a program's own prompts, on the calling thread, since a function cannot cross to
 * another.
 */
export class OwnPromptBuilder implements Builder {
  readonly #builder: BodyBuilder;
  readonly #form: BuildOptions['prompt'];
  readonly #writePrompt: WritePrompt;
  readonly #senders: readonly MessagePort[];

  /** @param senders a port to each sender */
  constructor(build: BuildOptions, writePrompt: WritePrompt, senders: readonly MessagePort[]) {
    this.#builder = new BodyBuilder(build);
    this.#form = build.prompt;
    this.#writePrompt = writePrompt;
    this.#senders = senders;
  }

  /**
   * @throws {OptionsError} if the prompt has not the form that was asked for
   * @throws whatever the program's function throws
   */
  async build({ row, request, sender }: BuildMessage): Promise<BuiltMessage> {
    const prompt = encodePrompt(await this.#writePrompt(row), row.index, this.#form);
    const { body, digest } = this.#builder.ofPrompt(row, prompt);
    const bytes = body.byteLength;
    this.#senders[sender]?.postMessage({ ...request, body }, [body.buffer as ArrayBuffer]);
    return { row: row.index, bytes, digest };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function encodePrompt(prompt: unknown, row: number, form: BuildOptions['prompt']): Uint8Array {
  const isText = typeof prompt === 'string';
  if (form === 'words' && isText) return Buffer.from(JSON.stringify(prompt).slice(1, -1));
  if (form === 'token-ids' && Array.isArray(prompt) && prompt.every(isTokenId)) {
    return Buffer.from(JSON.stringify(prompt));
  }
  const found = isText ? 'a text' : Array.isArray(prompt) ? 'a list' : `of type ${typeof prompt}`;
  const expected = form === 'words' ? 'a text' : 'a list of token ids, whole numbers from 0';
  throw new OptionsError(
    `Cannot send the program's prompt of row ${row}: it is ${found}, expected ${expected}` +
      '\n  Return the form that the option "prompt" names: "words" for text, or "token-ids".',
    'prompt',
  );
}

function isTokenId(id: unknown): boolean {
  return Number.isSafeInteger(id) && (id as number) >= 0;
}
