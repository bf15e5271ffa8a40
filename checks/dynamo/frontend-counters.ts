/** What Dynamo's frontend has counted since its start, over all models. */
export interface FrontendCounters {
  /** Streamed requests that ended well, and all others that ended. */
  readonly succeeded: number;
  readonly otherwise: number;
  readonly disconnected: number;
  /** Tokens. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  /** Its own time to first token: sum in ms, and how many requests it has one of. */
  readonly ttftSumMs: number;
  readonly ttftCount: number;
}

const PREFIX = 'dynamo_frontend_';

/**
 * Reads the counters from the text of `/metrics`. A series begins with the first request:
 * before, 0.
 */
export function readFrontendCounters(text: string): FrontendCounters {
  const samples = readSamples(text);
  const sum = (name: string, isMeant = (_labels: string) => true) =>
    samples
      .filter((sample) => sample.name === PREFIX + name && isMeant(sample.labels))
      .reduce((total, { value }) => total + value, 0);
  const isStreamedWell = (labels: string) =>
    labels.includes('request_type="stream"') && labels.includes('status="success"');
  return {
    succeeded: sum('requests_total', isStreamedWell),
    otherwise: sum('requests_total', (labels) => !isStreamedWell(labels)),
    disconnected: sum('disconnected_clients'),
    inputTokens: sum('input_sequence_tokens_sum'),
    outputTokens: sum('output_sequence_tokens_sum'),
    cachedTokens: sum('cached_tokens_sum'),
    ttftSumMs: sum('time_to_first_token_seconds_sum') * 1000,
    ttftCount: sum('time_to_first_token_seconds_count'),
  };
}

/** What was counted in between. */
export function subtractCounters(
  after: FrontendCounters,
  before: FrontendCounters,
): FrontendCounters {
  const keys = Object.keys(after) as (keyof FrontendCounters)[];
  return Object.fromEntries(
    keys.map((key) => [key, after[key] - before[key]]),
  ) as unknown as FrontendCounters;
}

export async function fetchFrontendCounters(url: string): Promise<FrontendCounters> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) });
  return readFrontendCounters(await answer.text());
}

interface Sample {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

/** Source: the text format of Prometheus, version 0.0.4; no label here holds a brace. */
function readSamples(text: string): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^(\w+)(?:\{([^}]*)\})? (\S+)/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, labels, value: Number(value) }];
  });
}
