import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';
import { text } from 'node:stream/consumers';
import { startConnector, type ConnectorOptions, type RunningConnector } from '../../src/connector/connector.ts';
import { dialByName, type OriginAddress } from '../../src/connector/dial-origin.ts';
import type { EdgeAddress } from '../../src/edge/edge-address.ts';
import type { Refusal, RegisterRequest } from '../../src/edge/rpc/registration.ts';
import { createCertificateAuthority } from '../../src/edge/server/certificate-authority.ts';
import { startTunnelListener } from '../../src/edge/server/tunnel-listener.ts';
import type { EdgeConnection } from '../../src/edge/tunnel-registry.ts';
import { decodeResponseHeaders, type Header, RESPONSE_HEADERS } from '../../src/edge/wire/response-headers.ts';
import { eventually } from '../edge/eventually.ts';
import { stopAfterTest } from '../support/stop-after-test.ts';

export const CREDENTIALS = {
  accountTag: 'a'.repeat(32),
  tunnelId: '11111111-2222-4333-8444-555555555555',
  tunnelSecret: Buffer.alloc(32, 7).toString('base64'),
};

/** The response through the tunnel. */
export interface Answer {
  readonly status: number;
  readonly src: string;
  readonly headers: readonly Header[];
  readonly body: string;
  readonly trailers: IncomingHttpHeaders;
}

/** The edge as a connector sees it, with a registry that the test controls. */
export interface ScriptedEdge {
  readonly address: EdgeAddress;
  /** If set, further registrations are refused. */
  refusal: Refusal | undefined;
  isRemotelyManaged: boolean;
  readonly requests: RegisterRequest[];
  /** The current connections. */
  readonly connections: Set<EdgeConnection>;
  readonly reports: unknown[];
  ask(path?: string, headers?: OutgoingHttpHeaders, body?: string): Promise<Answer>;
}

/** Signs the certificates of the edge, and of everything else that connectors trust. */
export const authority = createCertificateAuthority();

/** Starts an edge that accepts every connection. */
export async function anEdge(): Promise<ScriptedEdge> {
  const edge = {
    refusal: undefined as Refusal | undefined,
    isRemotelyManaged: false,
    requests: [] as RegisterRequest[],
    connections: new Set<EdgeConnection>(),
    reports: [] as unknown[],
    ask: (path = '/', headers: OutgoingHttpHeaders = {}, body?: string) => ask(edge.connections, path, headers, body),
  };
  const listener = await startTunnelListener(0, await authority, {
    connectionsOf: () => [...edge.connections],
    register(request, connection) {
      edge.requests.push(request);
      if (edge.refusal !== undefined) return edge.refusal;
      edge.connections.add(connection);
      const forget = () => void edge.connections.delete(connection);
      return {
        kind: 'registered',
        connectionId: CREDENTIALS.tunnelId,
        isRemotelyManaged: edge.isRemotelyManaged,
        unregister: forget,
        lost: forget,
        reportConfiguration: (config) => edge.reports.push(config),
      };
    },
  });
  stopAfterTest(() => listener.stop());
  return Object.assign(edge, { address: listener.address });
}

async function ask(
  connections: ReadonlySet<EdgeConnection>,
  path: string,
  headers: OutgoingHttpHeaders,
  body: string | undefined,
): Promise<Answer> {
  const [connection] = connections;
  const stream = connection?.open(
    { ':method': body === undefined ? 'GET' : 'POST', ':authority': 'app.example.com', ':path': path, ...headers },
    { endStream: body === undefined },
  );
  if (stream === undefined) throw new Error('nobody is connected');
  let trailers: IncomingHttpHeaders = {};
  stream.once('trailers', (received) => {
    trailers = received;
  });
  const head = new Promise<IncomingHttpHeaders>((resolve, reject) => {
    stream.once('response', resolve).once('error', reject);
    stream.once('close', () => reject(new Error('cut off')));
  });
  if (body !== undefined) stream.end(body);
  const { ':status': status = 0, 'cf-cloudflared-response-meta': meta, [RESPONSE_HEADERS]: packed } = await head;
  const { src } = JSON.parse(String(meta)) as { readonly src: string };
  return {
    status: Number(status),
    src,
    headers: decodeResponseHeaders(String(packed)),
    body: await text(stream),
    trailers,
  };
}

export interface TestConnector {
  readonly connector: RunningConnector;
  readonly log: string[];
  /** `service:port` to its resolution in the cluster. Anything else is an unknown host. */
  readonly services: Map<string, OriginAddress>;
}

/** Starts a connector with four connections, opened quickly, and waits until it is registered. */
export async function aConnector(
  edge: ScriptedEdge,
  configYaml?: string,
  overrides: Partial<ConnectorOptions> = {},
): Promise<TestConnector> {
  const started = startingConnector(edge, configYaml, overrides);
  await eventually(() => started.connector.ready());
  return started;
}

/** Starts a connector without waiting. */
export function startingConnector(
  edge: ScriptedEdge,
  configYaml?: string,
  overrides: Partial<ConnectorOptions> = {},
): TestConnector {
  const log: string[] = [];
  const services = new Map<string, OriginAddress>();
  const connector = startConnector({
    credentials: CREDENTIALS,
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
  return { connector, log, services };
}
