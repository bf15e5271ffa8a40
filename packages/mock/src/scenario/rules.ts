import * as z from 'zod';

import { scenarioSchema as scenario, type Scenario } from './scenario.ts';
import { createRandom } from '../time/random.ts';

/** Gives a scenario to some requests, which count from 1 in the order their headers arrive. */
const ruleSchema = z.union([
  /** Requests n, 2n, 3n, … */
  z.strictObject({ every: z.int().positive(), scenario }),
  z.strictObject({ nth: z.array(z.int().positive()), scenario }),
  /** This share of them, drawn from the server's seed and the request's number. */
  z.strictObject({ probability: z.number().min(0).max(1), scenario }),
]);

type Rule = z.infer<typeof ruleSchema>;

/** One scenario for all, or rules of which the first that fits decides; else healthy. */
export const scenarioRulesSchema = z.union([scenario, z.array(ruleSchema)]);

export type ScenarioRules = z.infer<typeof scenarioRulesSchema>;

/** A request as it is known when its scenario is chosen: its headers have arrived. */
export interface ArrivedRequest {
  /** From 1, in the order of arrival, counting generation requests only. */
  readonly request: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export type ChooseScenario = (arrived: ArrivedRequest) => Scenario;

const HEALTHY: Scenario = { kind: 'healthy' };

/** Rules as a function. */
export function chooseByRules(rules: ScenarioRules, seed: number): ChooseScenario {
  if (!Array.isArray(rules)) return () => rules;
  return ({ request }) =>
    rules.find((rule, index) => applies(rule, index, request, seed))?.scenario ?? HEALTHY;
}

function applies(rule: Rule, index: number, request: number, seed: number): boolean {
  if ('every' in rule) return request % rule.every === 0;
  if ('nth' in rule) return rule.nth.includes(request);
  return createRandom(seed, index, request)() < rule.probability;
}
