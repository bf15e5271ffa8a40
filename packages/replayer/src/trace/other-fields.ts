/** A field of rows that the replay does not use. */
export interface OtherField {
  readonly name: string;
  /** Distinct texts and numbers in it; absent above 1,000, and for a field of other values. */
  readonly values?: number;
}

const MOST_VALUES = 1000;
/** What the synthesizer writes for the reader of a trace. */
const OURS = ['context_len', 'unique_user_prompt_len'];

/** Collects the fields of rows that are not ours and not null, in the order of first sight. */
export class OtherFields {
  readonly #used: ReadonlySet<string>;
  readonly #values = new Map<string, Set<unknown> | undefined>();

  /** @param used fields that are used beside those of datagen */
  constructor(used: readonly string[] = []) {
    this.#used = new Set([...OURS, ...used]);
  }

  add(fields: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(fields)) {
      if (this.#used.has(name) || value === null) continue;
      if (!this.#values.has(name)) this.#values.set(name, new Set());
      const values = this.#values.get(name);
      if (values === undefined) continue;
      values.add(value);
      if (typeof value === 'object' || values.size > MOST_VALUES) {
        this.#values.set(name, undefined);
      }
    }
  }

  /** @returns nothing if there are none */
  result(): readonly OtherField[] | undefined {
    if (this.#values.size === 0) return undefined;
    return Array.from(this.#values, ([name, values]) => ({
      name,
      ...(values && { values: values.size }),
    }));
  }
}

/** Fields that say what to send. A prompt made of words in their place would be another load. */
const CONTENT_FIELDS = [
  ...['text_input', 'messages', 'payload', 'payloads', 'prompt', 'prompts', 'raw_payload', 'turns'],
  ...['conversation', 'conversations', 'input_ids', 'token_ids', 'prompt_token_ids'],
] as const;

/** The field of a row that defines the content of its request; `undefined` when there is none. */
export function contentFieldOf(fields: Readonly<Record<string, unknown>>): string | undefined {
  return CONTENT_FIELDS.find((name) => Object.hasOwn(fields, name) && fields[name] != null);
}
