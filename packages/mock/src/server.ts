import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { createClock } from './time/clock.ts';
import { createFixedServing } from './serving/fixed.ts';
import type { Frontend } from './answer/frontend.ts';
import { generate } from './answer/generate.ts';
import { JournalKeeper, type Journal } from './journal/journal.ts';
import { RequestMetrics } from './prometheus/request-metrics.ts';
import { readMockOptions, type MockOptionsInput } from './scenario/options.ts';
import { DIALECTS } from './dialect/dialect.ts';
import { refuseBare, sendRefusal } from './dialect/refusal.ts';
import { answerRoute } from './answer/routes.ts';
import { chooseByRules, type ArrivedRequest } from './scenario/rules.ts';
import { scenarioSchema, type ScenarioInput } from './scenario/scenario.ts';
import { createModelledServing } from './serving/deployment/modelled-serving.ts';
import type { GenerationEndpoint } from './request/generation-request.ts';
import { createTimeline, type Timeline } from './time/timeline.ts';

/** A frontend that is listening. */
export interface MockServer {
  /** For example `http://127.0.0.1:41234`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Everything since the start or the last reset. */
  readonly journal: () => Journal;
  /** Forgets the journal; requests go on counting. */
  readonly reset: () => void;
  /** Ends every connection and stops listening. */
  readonly stop: () => Promise<void>;
}

/** Options of a mock in this process, where a scenario may also be chosen by a function. */
export interface MockServerOptions extends Omit<MockOptionsInput, 'scenario'> {
  readonly scenario?: MockOptionsInput['scenario'] | ((arrived: ArrivedRequest) => ScenarioInput);
}

const GENERATION: ReadonlyMap<string, GenerationEndpoint> = new Map([
  ['/v1/chat/completions', 'chat'],
  ['/v1/completions', 'completions'],
]);

/**
 * Starts a mock in this process, for tests: it shares the event loop with its client.
 *
 * @throws {RangeError} if an option is wrong
 * @throws {Error} of `node:net` if the port cannot be had
 */
export async function createMockServer(options: MockServerOptions = {}): Promise<MockServer> {
  const { scenario } = options;
  const choose = typeof scenario === 'function' ? scenario : undefined;
  const rest = choose === undefined ? options : { ...options, scenario: { kind: 'healthy' } };
  const frontend = createFrontend(rest, choose);
  const server = createServer();
  const connections = acceptOn(server, frontend);
  const { host, port, keepAliveMs } = frontend.options;
  server.keepAliveTimeout = keepAliveMs;
  server.requestTimeout = 0;
  server.listen(port, host, 4096);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;

  return {
    url: `http://${host}:${address.port}`,
    port: address.port,
    journal: () => frontend.journal.read(),
    reset: () => frontend.journal.reset(),
    stop: () => stop(server, connections, frontend.timeline),
  };
}

function createFrontend(
  input: unknown,
  choose: ((arrived: ArrivedRequest) => ScenarioInput) | undefined,
): Frontend {
  const options = readMockOptions(input);
  const { deployment } = options;
  const clock = createClock(options);
  const timeline = createTimeline(clock);
  let requests = 0;
  return {
    options,
    dialect: DIALECTS[options.dialect],
    clock,
    timeline,
    model:
      deployment === undefined
        ? createFixedServing(options, timeline)
        : createModelledServing({ ...options, deployment }, timeline),
    journal: new JournalKeeper(clock),
    metrics: new RequestMetrics(),
    chooseScenario:
      choose === undefined
        ? chooseByRules(options.scenario, options.seed)
        : (arrived) => scenarioSchema.parse(choose(arrived)),
    nextRequest: () => ++requests,
    isReady: () => clock.nowNs() >= options.readyAfterMs * 1e6,
  };
}

/** Routes requests, and returns the open connections, numbered as they come. */
function acceptOn(server: Server, frontend: Frontend): ReadonlyMap<Socket, number> {
  const numbers = new Map<Socket, number>();
  let connections = 0;
  server.on('connection', (socket) => {
    numbers.set(socket, ++connections);
    socket.setNoDelay(true);
    // A client that resets is expected; the journal has what it did.
    socket.on('error', () => undefined);
    socket.on('close', () => numbers.delete(socket));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const [path = ''] = (request.url ?? '').split('?', 1);
    const endpoint = GENERATION.get(path);
    if (endpoint === undefined) return answerRoute(frontend, request, response);
    if (request.method !== 'POST') return sendRefusal(request, response, refuseBare(405));
    const connection = numbers.get(request.socket) ?? 0;
    generate(frontend, endpoint, connection, request, response).catch((error: unknown) => {
      // A fault of the mock's own, such as a wrong scenario from a function: the client sees a
      // reset, and the rejection is left unhandled so that the program that runs the mock sees it.
      request.socket.resetAndDestroy();
      throw error;
    });
  });
  return numbers;
}

function stop(
  server: Server,
  connections: ReadonlyMap<Socket, number>,
  timeline: Timeline,
): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of connections.keys()) socket.destroy();
    timeline.clear();
  });
}
