import { startCloudflare, type CloudflareSandbox } from '../../src/cloudflare/server.ts';
import { type ConnectorOptions, type RunningConnector, startConnector } from '../../src/connector/connector.ts';
import { dialByName, type OriginAddress } from '../../src/connector/dial-origin.ts';
import type { TunnelCredentials } from '../../src/connector/tunnel-credentials.ts';
import { type Edge, type EdgeOptions, startEdge } from '../../src/edge/edge.ts';
import { stopAfterTest } from '../support/stop-after-test.ts';
import { eventually } from './eventually.ts';

export interface TestEdge {
  readonly cloud: CloudflareSandbox;
  readonly edge: Edge;
  readonly credentials: TunnelCredentials;
  readonly log: string[];
  /** `service:port` to its resolution in the cluster. Anything else is an unknown host. */
  readonly services: Map<string, OriginAddress>;
  /** Starts a connector with four connections and waits until they are registered. */
  readonly connector: (configYaml?: string, overrides?: Partial<ConnectorOptions>) => Promise<RunningConnector>;
  /** Adds a proxied record in example.com that points to the tunnel. */
  readonly route: (name: string) => void;
  /** Calls the API with a path below that of the tunnel, and returns the `result`. */
  readonly ask: (method: string, path?: string, body?: unknown) => Promise<unknown>;
}

/** Cloudflare with the zone example.com and one tunnel, and the edge. */
export async function anEdge(
  options: Pick<EdgeOptions, 'assumptions'> & { readonly tunnel?: Readonly<Record<string, unknown>> } = {},
): Promise<TestEdge> {
  const cloud = await startCloudflare();
  stopAfterTest(() => cloud.stop());
  const account = cloud.admin.addAccount({ name: 'Acme' }).id;
  cloud.admin.addZone({ name: 'example.com', account });
  const { admin, connectors: registry, gate } = cloud;
  const { resolve } = admin;
  const edge = await startEdge({ resolve, registry, gate, assumptions: options.assumptions ?? {} });
  stopAfterTest(() => edge.stop());
  const credentials = await makeTunnel(cloud, account, options.tunnel);
  const { tunnelId } = credentials;
  const log: string[] = [];
  const services = new Map<string, OriginAddress>();
  return {
    cloud,
    edge,
    credentials,
    log,
    services,
    connector: async (configYaml, overrides = {}) => {
      const before = cloud.connectors.connectionsOf(tunnelId).length;
      const connector = startConnector({
        credentials,
        edges: Array.from({ length: 4 }, () => edge.address),
        configYaml,
        files: new Map(),
        dial: dialByName((host, port) => services.get(`${host}:${port}`) ?? { kind: 'unknown-host' }),
        log: (line) => log.push(line),
        retryBaseMs: 5,
        spacingMs: 1,
        ...overrides,
      });
      stopAfterTest(async () => connector.kill());
      await eventually(() => cloud.connectors.connectionsOf(tunnelId).length === before + 4);
      return connector;
    },
    route: (name) => {
      const content = `${tunnelId}.cfargotunnel.com`;
      cloud.admin.addRecord('example.com', { name, type: 'CNAME', content, proxied: true });
    },
    ask: (method, path = '', body?: unknown) => ask(cloud, method, `${pathOf(credentials)}${path}`, body),
  };
}

function pathOf({ accountTag, tunnelId }: TunnelCredentials): string {
  return `/accounts/${accountTag}/cfd_tunnel/${tunnelId}`;
}

async function ask(cloud: CloudflareSandbox, method: string, path: string, body: unknown): Promise<unknown> {
  const headers = { authorization: `Bearer ${cloud.admin.addToken()}` };
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const answer = (await (await fetch(`${cloud.url}${path}`, init)).json()) as {
    readonly result: unknown;
    readonly errors: readonly { readonly code: number }[];
  };
  return answer.errors[0]?.code ?? answer.result;
}

async function makeTunnel(cloud: CloudflareSandbox, account: string, fields = {}): Promise<TunnelCredentials> {
  const tunnelSecret = Buffer.alloc(32, 7).toString('base64');
  const body = { name: 'home', tunnel_secret: tunnelSecret, ...fields };
  const { id } = (await ask(cloud, 'POST', `/accounts/${account}/cfd_tunnel`, body)) as { readonly id: string };
  return { accountTag: account, tunnelId: id, tunnelSecret };
}
