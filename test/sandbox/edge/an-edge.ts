import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';
import { startCloudflare, type CloudflareSandbox } from '../../../sandbox/cloudflare/server.ts';
import type { TunnelCredentials } from '../../../sandbox/edge/connection.ts';
import { type ConnectorOptions, type RunningConnector, startConnector } from '../../../sandbox/connector/connector.ts';
import { type FrontDoor, startFrontDoor } from '../../../sandbox/edge/front-door.ts';
import type { OriginAddress } from '../../../sandbox/connector/origin-agent.ts';

const toStop: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0).toReversed()) await stop();
});

/** Has something stopped after the test, last started first. */
export function stopAfterTest(stop: () => Promise<unknown>): void {
  toStop.push(stop);
}

export interface TestEdge {
  readonly cloud: CloudflareSandbox;
  readonly front: FrontDoor;
  readonly credentials: TunnelCredentials;
  readonly token: string;
  readonly log: string[];
  /** `service:port` to what the cluster's name service says; anything else is an unknown host. */
  readonly services: Map<string, OriginAddress>;
  readonly connector: (configYaml?: string, overrides?: Partial<ConnectorOptions>) => RunningConnector;
  /** Adds a proxied record of example.com that leads to the tunnel. */
  readonly route: (name: string) => void;
}

/** Cloudflare with the zone example.com and one tunnel, and the front door before it. */
export async function anEdge(): Promise<TestEdge> {
  const cloud = await startCloudflare();
  stopAfterTest(() => cloud.stop());
  const account = cloud.backdoor.addAccount({ name: 'Acme' }).id;
  cloud.backdoor.addZone({ name: 'example.com', account });
  const front = await startFrontDoor({ resolve: cloud.backdoor.resolve, connectors: cloud.connectors });
  stopAfterTest(() => front.stop());
  const { id, token, credentials } = await makeTunnel(cloud, account);
  const log: string[] = [];
  const services = new Map<string, OriginAddress>();
  return {
    cloud,
    front,
    credentials,
    token,
    log,
    services,
    connector: (configYaml, overrides = {}) => {
      const connector = startConnector({
        credentials,
        configYaml,
        files: new Map(),
        registry: cloud.connectors,
        resolveOrigin: (host, port) => services.get(`${host}:${port}`) ?? { kind: 'unknown-host' },
        log: (line) => log.push(line),
        retryBaseMs: 5,
        ...overrides,
      });
      stopAfterTest(() => connector.stop(0));
      return connector;
    },
    route: (name) => {
      const content = `${id}.cfargotunnel.com`;
      cloud.backdoor.addRecord('example.com', { name, type: 'CNAME', content, proxied: true });
    },
  };
}

async function makeTunnel(
  cloud: CloudflareSandbox,
  account: string,
): Promise<{ id: string; token: string; credentials: TunnelCredentials }> {
  const response = await fetch(`${cloud.url}/accounts/${account}/cfd_tunnel`, {
    method: 'POST',
    headers: { authorization: `Bearer ${cloud.backdoor.addToken()}` },
    body: JSON.stringify({ name: 'home', tunnel_secret: Buffer.alloc(32, 7).toString('base64') }),
  });
  const { result } = (await response.json()) as { result: { id: string; token: string } };
  const tunnelSecret = Buffer.alloc(32, 7).toString('base64');
  return { ...result, credentials: { accountTag: account, tunnelId: result.id, tunnelSecret } };
}

export interface TestOrigin {
  readonly server: Server;
  readonly address: string;
  /** How many TCP connections it was given. */
  connections(): number;
}

/** An HTTP server on loopback that plays a Pod. */
export async function anOrigin(listener: RequestListener): Promise<TestOrigin> {
  const server = createServer(listener);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  stopAfterTest(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { server, address: `127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections };
}
