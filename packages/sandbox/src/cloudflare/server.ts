import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { startLoopbackServer } from '../edge/loopback-server.ts';
import { FaultList } from '../faults.ts';
import { accessEndpoints } from './access/endpoints.ts';
import { AccessGatekeeper } from './access/gate/access-gatekeeper.ts';
import { type Assumptions, DEFAULT_ASSUMPTIONS } from './assumptions.ts';
import { type Admin, createAdmin } from './admin.ts';
import { dnsEndpoints } from './dns/endpoints.ts';
import { answerRequest } from './http/answer.ts';
import { CallLog } from './http/call-log.ts';
import type { World } from './http/endpoint.ts';
import { faultAnswer } from './http/fault-answer.ts';
import type { FaultEffect, Faults } from './http/faults.ts';
import { DEFAULT_RATE_LIMIT, type RateLimitOptions, RateLimiter } from './http/rate-limit.ts';
import { createRouter, endpointName } from './http/routing.ts';
import { sendAnswer } from './http/send-answer.ts';
import { identityEndpoints } from './identity/endpoints.ts';
import { type Clocks, REAL_CLOCKS } from './state/clocks.ts';
import { Cloud } from './state/cloud.ts';
import { ConnectorHub } from './tunnels/connector-hub.ts';
import { tunnelEndpoints } from './tunnels/endpoints.ts';
import { zoneEndpoints } from './zones/endpoints.ts';

export interface CloudflareOptions extends Partial<Clocks> {
  /** Default: 0, any free port. */
  readonly port?: number;
  readonly rateLimit?: Partial<RateLimitOptions>;
  readonly assumptions?: Partial<Assumptions>;
}

/** A running emulated Cloudflare. */
export interface CloudflareSandbox {
  /** Base URL for clients, ending in `/client/v4`. */
  readonly url: string;
  readonly admin: Admin;
  readonly calls: CallLog;
  readonly faults: Faults;
  /** The connected connectors. The edge registers connections here. */
  readonly connectors: ConnectorHub;
  /** Enforces Access at the edge. */
  readonly gate: AccessGatekeeper;
  stop(): Promise<void>;
}

const BASE_PATH = '/client/v4';
const findRoute = createRouter([
  ...identityEndpoints,
  ...zoneEndpoints,
  ...dnsEndpoints,
  ...tunnelEndpoints,
  ...accessEndpoints,
]);

/** Starts an empty emulation of the Cloudflare API v4 on loopback. `admin` adds accounts, zones and tokens. */
export async function startCloudflare(options: CloudflareOptions = {}): Promise<CloudflareSandbox> {
  const assumptions = { ...DEFAULT_ASSUMPTIONS, ...options.assumptions };
  const cloud = new Cloud({ ...REAL_CLOCKS, ...options });
  const connectors = new ConnectorHub(cloud, assumptions);
  const api: Api = {
    world: { cloud, connectors, assumptions },
    limiter: new RateLimiter(cloud.elapsed, { ...DEFAULT_RATE_LIMIT, ...options.rateLimit }),
    calls: new CallLog(cloud.elapsed),
    faults: new FaultList<FaultEffect>(),
  };
  const server = await startLoopbackServer(
    options.port ?? 0,
    (request, response) => void handle(request, response, api),
  );
  return {
    url: `http://127.0.0.1:${server.port}${BASE_PATH}`,
    admin: createAdmin(api.world),
    calls: api.calls,
    faults: api.faults,
    connectors,
    gate: new AccessGatekeeper(api.world),
    stop: () => server.stop(),
  };
}

interface Api {
  readonly world: World;
  readonly limiter: RateLimiter;
  readonly calls: CallLog;
  readonly faults: Faults;
}

async function handle(request: IncomingMessage, response: ServerResponse, api: Api): Promise<void> {
  const method = request.method ?? 'GET';
  const url = new URL(request.url ?? '/', 'http://emulator');
  const path = url.pathname.startsWith(BASE_PATH) ? url.pathname.slice(BASE_PATH.length) : url.pathname;
  const route = findRoute(method, path);
  const endpoint = route === undefined ? `${method} ${path}` : endpointName(route.endpoint);
  const call = api.calls.open({ method, path, endpoint, query: url.search });
  const effect = api.faults.effectFor(method, path);
  if (effect?.kind === 'drop-before') {
    response.destroy();
    return;
  }
  const body = await text(request).catch(() => undefined);
  if (body === undefined) return; // the client disconnected
  const readsAsOf = staleInstant(effect, api.world);
  const { headers } = request;
  const answer =
    faultAnswer(effect) ??
    answerRequest(
      { route, path: url.pathname, query: url.searchParams, headers, body, readsAsOf },
      api.world,
      api.limiter,
    );
  if (effect?.kind !== 'drop-after') call.answered(answer);
  response.setHeader('date', new Date(api.world.cloud.now()).toUTCString());
  await sendAnswer(response, answer, effect);
}

function staleInstant(effect: FaultEffect | undefined, { cloud }: World): number | undefined {
  return effect?.kind === 'stale-reads' ? cloud.elapsed() - effect.lagMs : undefined;
}
