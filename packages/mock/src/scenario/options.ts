import * as z from 'zod';

import { DIALECT_NAMES } from '../dialect/dialect.ts';
import { latencySchema } from '../serving/fixed.ts';
import { scenarioRulesSchema } from './rules.ts';
import { deploymentSchema } from '../serving/deployment/deployment.ts';

const count = z.int().positive();

/** The options of a mock and their defaults. JSON throughout, so that they can cross a process. */
export const mockOptionsSchema = z.strictObject({
  host: z.string().default('127.0.0.1'),
  /** 0 for any that is free. */
  port: z.int().min(0).max(65_535).default(0),
  /** The one model that is served. */
  model: z.string().min(1).default('mock-model'),
  /** Times that are known beforehand, for a server without a deployment. */
  latency: latencySchema.prefault({}),
  /** Workers with queues, batches and caches instead of known times. */
  deployment: deploymentSchema.optional(),
  dialect: z.enum(DIALECT_NAMES).default('dynamo-1.6'),
  scenario: scenarioRulesSchema.prefault({ kind: 'healthy' }),
  /** Seeds step lengths, equal choices of a router and scenarios that come by probability. */
  seed: z.int().default(1),
  /** Tokens that the chat template adds to a prompt; 3 is DeepSeek-V3's for one message. */
  templateTokens: z.int().nonnegative().default(3),
  /** Workers that requests are dealt to in turn, where there is no deployment. */
  workers: count.default(4),
  /** Requests in flight before the next gets a 529; absent for no limit. */
  maxInFlight: count.optional(),
  /**
   * Largest prompt + output in tokens: a longer output is cut short in silence. Absent for a
   * deployment's own limit, or for none.
   */
  maxModelTokens: count.optional(),
  /**
   * Output tokens of a request that names no maximum. 0 answers it with the error that Dynamo's
   * mocker gives, in the words of the dialect.
   */
  defaultOutputTokens: z.int().nonnegative().default(16),
  /** Largest body in bytes before a 413. */
  bodyLimitBytes: count.default(45 * 2 ** 20),
  /** The model is listed this long after the start, in milliseconds. */
  readyAfterMs: z.number().nonnegative().default(0),
  /** Idle time after which a connection is closed, in milliseconds; 0 for never. */
  keepAliveMs: z.int().nonnegative().default(0),
  /** Polls through the last millisecond before a token: less emission lag for a core of CPU. */
  spin: z.boolean().default(false),
});

export type MockOptions = z.infer<typeof mockOptionsSchema>;

/** Options as they may be written: every field can be left out. */
export type MockOptionsInput = z.input<typeof mockOptionsSchema>;

/**
 * Checks options and fills in the defaults.
 *
 * @throws {RangeError} naming the first field that is wrong, what it is and what was expected
 */
export function readMockOptions(input: unknown): MockOptions {
  const parsed = mockOptionsSchema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const { path, message } = deepest(parsed.error.issues, []);
  const is = JSON.stringify(valueAt(input, path)) ?? 'absent';
  const expected = /expected .*$/.exec(message)?.[0] ?? `expected otherwise: ${message}`;
  throw new RangeError(`Cannot start mock: option "${path.join('.')}" is ${is}, ${expected}`);
}

/** Largest prompt + output in tokens: a deployment's caches hold its own limit at least. */
export function maxModelTokens({ maxModelTokens: said, deployment }: MockOptions): number {
  return Math.min(said ?? Infinity, deployment?.maxModelTokens ?? Infinity);
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** The most telling issue: of a union's branches, the one that was followed furthest. */
function deepest(issues: readonly Issue[], above: Path): { path: Path; message: string } {
  const found = issues.map((issue) => {
    const path = [...above, ...issue.path];
    const inside = issue.code === 'invalid_union' ? issue.errors : [];
    const branches = inside.filter((branch) => branch.length > 0);
    const here = { path, message: issue.message };
    return branches
      .map((branch) => deepest(branch, path))
      .reduce((best, next) => (next.path.length > best.path.length ? next : best), here);
  });
  return found[0] ?? { path: above, message: '' };
}

function valueAt(input: unknown, path: Path): unknown {
  return path.reduce((value, key) => (value as Record<PropertyKey, unknown> | null)?.[key], input);
}
