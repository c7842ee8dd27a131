import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { EdgeAssumptions } from '../assumptions.ts';
import type { EdgeConnection, TunnelRegistry } from '../tunnel-registry.ts';
import { carryRequest } from './carry-request.ts';
import { answerOn, carryWebSocket } from './carry-websocket.ts';
import { type EdgeError, NO_ROUTE, sendError } from './error-page.ts';
import { explain, type HostResolution } from './host-resolution.ts';
import { tunnelHeaders, type Visitor } from './tunnel-headers.ts';

export interface RequestHandlerOptions {
  readonly resolve: (host: string) => HostResolution;
  readonly registry: TunnelRegistry;
  readonly assumptions: EdgeAssumptions;
}

/** Handles the requests of a server. Each goes through the tunnel of its hostname. */
export function handleRequests(server: Server, scheme: Visitor['scheme'], options: RequestHandlerOptions): void {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const visitor = visitorOf(request, scheme);
    const connections = route(visitor, (error) => sendError(response, error), options);
    if (connections === undefined) return;
    const headers = tunnelHeaders(request, visitor);
    carryRequest({ request, headers, connections, assumptions: options.assumptions }, response, visitor.ray);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => undefined); // reported by the close event
    const visitor = visitorOf(request, scheme);
    const connections = route(visitor, (error) => sendError(answerOn(socket, request), error), options);
    if (connections === undefined) return;
    const { assumptions } = options;
    const headers = tunnelHeaders(request, visitor);
    carryWebSocket({ request, headers, connections, assumptions, socket, head, ray: visitor.ray });
  });
}

/** The tunnel's connections in random order, to spread the load. Undefined if the visitor already got an error. */
export function route(
  { host, ray }: Visitor,
  refuse: (error: EdgeError) => void,
  { resolve, registry }: RequestHandlerOptions,
): readonly EdgeConnection[] | undefined {
  const resolution = resolve(host);
  if (resolution.kind === 'tunnel') return shuffled(registry.connectionsOf(resolution.tunnelId));
  // Assumption: 1016 "Origin DNS error" is the most similar page. The real DNS does not resolve an unknown name at all.
  const note = resolution.kind === 'other' ? explain(resolution) : undefined;
  refuse({ status: NO_ROUTE, code: 1016, ray, note });
  return undefined;
}

function visitorOf({ headers, socket }: IncomingMessage, scheme: Visitor['scheme']): Visitor {
  return describeVisitor({ address: socket.remoteAddress, host: headers.host, scheme });
}

interface Arrival {
  readonly address: string | undefined;
  /** The host as the visitor names it. */
  readonly host: string | undefined;
  readonly scheme: Visitor['scheme'];
}

export function describeVisitor({ address = '127.0.0.1', host = '', scheme }: Arrival): Visitor {
  return {
    address,
    scheme,
    host: host.replace(/:\d+$/, ''),
    authority: host,
    ray: `${randomBytes(8).toString('hex')}-FRA`,
  };
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .toSorted((left, right) => left.rank - right.rank)
    .map(({ item }) => item);
}
