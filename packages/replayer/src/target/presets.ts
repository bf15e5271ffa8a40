/** Makes of servers whose needs are known. */
export const SERVERS = ['vllm', 'sglang', 'trtllm', 'dynamo', 'llamacpp', 'openai'] as const;
export type ServerMake = (typeof SERVERS)[number];

/** Options that a make of server decides where nothing else is given. */
interface Preset {
  readonly outputLength: 'exact' | 'cap';
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens';
  readonly serverDetails: 'auto' | 'off';
}

/**
 * Whether a make sends the first token in an event of its own, whatever it bundles later: the
 * engines do, by their sources; of others nothing is known.
 */
export function sendsFirstAlone(server: ServerMake | undefined): boolean {
  return server !== undefined && server !== 'openai';
}

/** These take `ignore_eos` and `min_tokens` at the root, and know no `nvext`. */
const ENGINE: Preset = {
  outputLength: 'exact',
  maxTokensField: 'max_tokens',
  serverDetails: 'off',
};

const PRESETS: Readonly<Record<ServerMake, Preset>> = {
  vllm: ENGINE,
  sglang: ENGINE,
  trtllm: ENGINE,
  dynamo: { ...ENGINE, serverDetails: 'auto' },
  llamacpp: ENGINE,
  // Refuses ignore_eos and min_tokens, and its newer models max_tokens.
  openai: {
    outputLength: 'cap',
    maxTokensField: 'max_completion_tokens',
    serverDetails: 'off',
  },
};

/** @returns nothing without a make, or for one that the schema will refuse */
export function presetOf(server: ServerMake | undefined): Partial<Preset> {
  return server === undefined ? {} : (PRESETS[server] ?? {});
}
