import { Agent, createServer, type IncomingMessage, request as startRequest, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, Socket } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import type { Resolution } from '../cluster-dns.ts';

/** The way into the cluster's network for a process outside of it. */
export interface EgressProxy {
  /** For `HTTP_PROXY` and `HTTPS_PROXY`. */
  readonly url: string;
  stop(): Promise<void>;
}

type Resolve = (hostPort: string) => Resolution;

/**
 * Starts an HTTP proxy on loopback that knows the cluster's names and balances as kube-proxy does: one Pod for each
 * connection of the client. Names that are none of the cluster's lead nowhere.
 */
export async function startEgressProxy(resolve: Resolve): Promise<EgressProxy> {
  const agents = new WeakMap<Socket, Agent>();
  const server = createServer((request, response) =>
    forward(request, response, agentOf(request.socket, agents, resolve)),
  );
  const open = new Set<Duplex>();
  server.on('connect', (request, client: Socket, head: Buffer) => tunnel(request.url ?? '', client, head, resolve));
  server.on('upgrade', (request, client: Socket, head: Buffer) => passUpgrade(request, client, head, resolve));
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        for (const socket of open) socket.destroy(); // tunnels are no longer the server's to close
      }),
  };
}

/** Plain HTTP: the client asks for a whole URL. */
function forward(request: IncomingMessage, response: ServerResponse, agent: Agent): void {
  const url = URL.parse(request.url ?? '');
  if (url === null || url.protocol !== 'http:') return void response.writeHead(400).end();
  const { hostname: host, port, pathname, search } = url;
  const upstream = startRequest({
    host,
    port: port || '80',
    agent,
    method: request.method,
    path: pathname + search,
    headers: request.rawHeaders,
  });
  upstream.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
    pipeline(answer, response, () => undefined);
  });
  upstream.once('error', (error) => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, error.message).end();
  });
  response.once('close', () => upstream.destroy());
  pipeline(request, upstream, () => undefined);
}

/** One for each connection of the client, so that its requests go where its first one went. */
function agentOf(client: Socket, agents: WeakMap<Socket, Agent>, resolve: Resolve): Agent {
  const known = agents.get(client);
  if (known !== undefined) return known;
  const agent = new ClusterAgent(resolve);
  agents.set(client, agent);
  client.once('close', () => agent.destroy());
  return agent;
}

class ClusterAgent extends Agent {
  readonly #resolve: Resolve;

  constructor(resolve: Resolve) {
    super({ keepAlive: true });
    this.#resolve = resolve;
  }

  override createConnection(options: {
    readonly host?: string | null;
    readonly port?: number | string | null;
  }): Socket {
    return dial(`${options.host}:${options.port}`, this.#resolve);
  }
}

function tunnel(hostPort: string, client: Socket, head: Buffer, resolve: Resolve): void {
  const origin = dial(hostPort, resolve);
  origin.once('connect', () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    join(client, origin, head);
  });
  refuseOnError(origin, client);
}

function passUpgrade(request: IncomingMessage, client: Socket, head: Buffer, resolve: Resolve): void {
  const url = URL.parse(request.url ?? '');
  const origin = dial(`${url?.hostname}:${url?.port || 80}`, resolve);
  origin.once('connect', () => {
    const lines = request.rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`));
    origin.write(`${request.method} ${url?.pathname}${url?.search} HTTP/1.1\r\n${lines.join('')}\r\n`);
    join(client, origin, head);
  });
  refuseOnError(origin, client);
}

/** A socket that fails when the name leads nowhere. */
function dial(hostPort: string, resolve: Resolve): Socket {
  const target = resolve(hostPort);
  if (target.kind !== 'address') return failed(target.kind, hostPort);
  const colon = target.address.lastIndexOf(':');
  return connect({ host: target.address.slice(0, colon), port: Number(target.address.slice(colon + 1)) });
}

function failed(kind: 'no-endpoints' | 'unknown-host', hostPort: string): Socket {
  const reason = kind === 'unknown-host' ? `lookup ${hostPort}: no such host` : `${hostPort}: connection refused`;
  return new Socket().destroy(new Error(`dial tcp: ${reason}`));
}

function refuseOnError(origin: Socket, client: Socket): void {
  origin.once('error', (error) => {
    if (client.writable) client.end(`HTTP/1.1 502 ${error.message}\r\nContent-Length: 0\r\n\r\n`);
  });
  client.once('error', () => origin.destroy());
}

function join(client: Socket, origin: Socket, head: Buffer): void {
  if (head.length > 0) origin.write(head);
  pipeline(client, origin, () => origin.destroy());
  pipeline(origin, client, () => client.destroy());
}
