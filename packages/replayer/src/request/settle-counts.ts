import type { RequestRecord } from '@trace-replay/metrics';
import type { StreamNote } from '@trace-replay/metrics/internal';

import type { Answer } from '../stream/answer.ts';
import type { Usage } from '../stream/usage.ts';

/** Counts of one answer that agree with its stream and with each other. Unknown is absent. */
export type SettledCounts = Pick<
  RequestRecord,
  | 'output_tokens'
  | 'output_tokens_by'
  | 'prompt_tokens'
  | 'cached_tokens'
  | 'reasoning_tokens'
  | 'content_tokens'
  | 'first_tokens_unknown'
> & { readonly notes: readonly StreamNote[] };

export interface AskedCounts {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Whether the server was told to make exactly so many, or at most. */
  readonly exactLength: boolean;
  /** Whether the server is known to send the first token in an event of its own. */
  readonly isFirstAlone?: boolean | undefined;
}

/** No answer has more; sums over all rows of a trace stay exact. */
const MOST_TOKENS = 1e8;
/**
 * Tokens to events, the first of each left out, from which on events are bundles. Below it a token
 * now and then has no event of its own, such as half a character: the first one seldom has two.
 */
const BUNDLED = 1.1;

/**
 * Settles the token counts of an answer. A count that the stream or another number of the server
 * contradicts is corrected if what is left names one value, and dropped otherwise; a note says so.
 */
export function settleCounts(answer: Answer, asked: AskedCounts): SettledCounts {
  const { usage = {} } = answer;
  const output = settleOutput(answer, usage, asked);
  const prompt = settlePrompt(usage, asked.inputTokens);
  const chunks = answer.contentNs.length;
  const notes = new Set<StreamNote>(prompt.isDropped ? ['count_dropped'] : []);
  if (output.isContradicted || usage.isUnreadable) {
    const isSettled = output.isContradicted && output.tokens !== undefined;
    notes.add(isSettled ? 'count_corrected' : 'count_dropped');
  }
  const isByChunks = output.tokens === undefined && chunks > 0 && chunks === asked.outputTokens;
  if (isByChunks) notes.add('counted_by_chunks');
  else if (output.tokens === undefined && chunks > 0) notes.add('length_unknown');
  const tokens = isByChunks ? chunks : output.tokens;
  const { reasoningTokens } = usage;
  const contentTokens = contentTokensOf(answer, output.tokens);
  const isBundled = tokens !== undefined && tokens - 1 > BUNDLED * (chunks - 1);
  return {
    output_tokens: tokens,
    output_tokens_by: tokens === undefined ? undefined : isByChunks ? 'chunks' : 'usage',
    ...prompt.counts,
    reasoning_tokens:
      reasoningTokens !== undefined && reasoningTokens <= (tokens ?? -1)
        ? reasoningTokens
        : undefined,
    content_tokens: contentTokens,
    first_tokens_unknown:
      chunks > 1 && isBundled && !contentTokens && !asked.isFirstAlone ? true : undefined,
    notes: [...notes],
  };
}

interface SettledOutput {
  readonly tokens: number | undefined;
  readonly isContradicted: boolean;
}

function settleOutput(answer: Answer, usage: Usage, asked: AskedCounts): SettledOutput {
  const { completionTokens: counted, promptTokens, totalTokens, reasoningTokens = 0 } = usage;
  if (counted === undefined) return { tokens: undefined, isContradicted: false };
  const chunks = answer.contentNs.length;
  const isPossible = (tokens: number) =>
    tokens <= MOST_TOKENS &&
    tokens >= Math.min(chunks, 1) &&
    tokens >= reasoningTokens &&
    (asked.exactLength || tokens <= asked.outputTokens);
  const rest =
    totalTokens === undefined || promptTokens === undefined
      ? undefined
      : totalTokens - promptTokens;
  const isSound = isPossible(counted) && (rest === undefined || rest === counted);
  if (isSound) return { tokens: counted, isContradicted: false };
  const others = [rest, counted + reasoningTokens, sumOf(answer.contentTokens)].filter(
    (tokens) => tokens !== undefined && tokens !== counted && tokens > 0 && isPossible(tokens),
  ) as number[];
  const values = new Set(isPossible(counted) ? [counted, ...others] : others);
  // Several are possible: one that the stream or a second number confirms is right.
  const confirmed = [...values].filter(
    (tokens) =>
      tokens === chunks ||
      others.filter((other) => other === tokens).length > 1 ||
      (answer.finishReason === 'length' && tokens === asked.outputTokens),
  );
  const found = values.size === 1 ? [...values] : confirmed;
  return { tokens: found.length === 1 ? found[0] : undefined, isContradicted: true };
}

/** Prompts are never empty, and a cache holds no more than them. */
function settlePrompt({ promptTokens, cachedTokens }: Usage, inputTokens: number) {
  const isPrompt =
    promptTokens !== undefined &&
    promptTokens <= MOST_TOKENS &&
    (promptTokens > 0 || inputTokens === 0);
  const isCached =
    cachedTokens !== undefined &&
    cachedTokens <= (isPrompt ? promptTokens : MOST_TOKENS) &&
    (isPrompt || promptTokens === undefined);
  return {
    counts: {
      prompt_tokens: isPrompt ? promptTokens : undefined,
      cached_tokens: isCached ? cachedTokens : undefined,
    },
    isDropped: (promptTokens !== undefined && !isPrompt) || (Boolean(cachedTokens) && !isCached),
  };
}

/** Counts by chunk that agree with the count of the whole, and with there being content in each. */
function contentTokensOf({ contentTokens }: Answer, tokens: number | undefined) {
  const sum = sumOf(contentTokens);
  if (contentTokens?.[0] === 0 || sum === undefined || sum > (tokens ?? -1)) return undefined;
  return Array.from(contentTokens ?? []);
}

function sumOf(tokens: Answer['contentTokens']): number | undefined {
  return tokens?.reduce((sum, each) => sum + each, 0);
}
