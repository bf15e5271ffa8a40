import { expect, test } from 'vitest';

import { readMockOptions } from '../../scenario/options.ts';
import { DEPLOYMENTS, deploymentSchema } from './deployment.ts';

test('deploymentSchema knows the recipe’s deployments by name', () => {
  expect(deploymentSchema.parse('disaggregated-kv')).toEqual(DEPLOYMENTS['disaggregated-kv']);
});

test('deploymentSchema changes some fields of a named one, and takes its own result', () => {
  const given = { like: 'disaggregated-kv', timeScale: 0.1, prefixCache: undefined };
  const parsed = deploymentSchema.parse(given);
  expect(parsed).toEqual({ ...DEPLOYMENTS['disaggregated-kv'], timeScale: 0.1 });
  expect(deploymentSchema.parse(parsed)).toEqual(parsed);
});

test('the two deployments differ in three things, and in nothing else', () => {
  const [aggregated, disaggregated] = Object.values(DEPLOYMENTS);
  const different = Object.entries(aggregated!).filter(([key, value]) => {
    return disaggregated![key as keyof typeof disaggregated] !== value;
  });
  expect(different.map(([key]) => key)).toEqual(['topology', 'router', 'prefixCache']);
});

test.each([
  [{ like: 'x' }, 'option "deployment.like" is "x", expected one of'],
  [{ workers: 0 }, 'option "deployment.workers" is 0, expected'],
  [{ speed: 2 }, 'option "deployment" is {"speed":2}, expected otherwise: Unrecognized key'],
  [{ cacheBlocks: 10 }, 'expected cacheBlocks × blockTokens of at least maxModelTokens'],
])('readMockOptions() refuses the deployment %j', (deployment, message) => {
  expect(() => readMockOptions({ deployment })).toThrow(message);
});
