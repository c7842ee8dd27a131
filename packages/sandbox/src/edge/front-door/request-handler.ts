import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import type { EdgeAssumptions } from '../assumptions.ts';
import type { EdgeConnection, TunnelRegistry } from '../tunnel-registry.ts';
import type { AccessGate } from './access-gate.ts';
import { carryRequest } from './carry-request.ts';
import { answerOn, carryWebSocket } from './carry-websocket.ts';
import { type EdgePage, errorPage, NO_ROUTE, sendPage } from './error-page.ts';
import { explain, type HostResolution } from './host-resolution.ts';
import { pathOf, tunnelHeaders, type Visitor } from './tunnel-headers.ts';
import { describeVisitor } from './visitor.ts';

export interface RequestHandlerOptions {
  readonly resolve: (host: string) => HostResolution;
  readonly registry: TunnelRegistry;
  readonly assumptions: EdgeAssumptions;
  /** Absent: nothing is protected. */
  readonly gate?: AccessGate | undefined;
}

/** A request that may pass. */
export interface Admitted {
  /** The headers for a connector. */
  readonly headers: OutgoingHttpHeaders;
  /** The tunnel's connections in random order, to spread the load. */
  readonly connections: readonly EdgeConnection[];
}

type Arrived = Pick<IncomingMessage, 'headers' | 'method' | 'url'>;

/** Handles the requests of a server. Each goes through the tunnel of its hostname. */
export function handleRequests(server: Server, scheme: Visitor['scheme'], options: RequestHandlerOptions): void {
  const { assumptions } = options;
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const visitor = visitorOf(request, scheme);
    const admitted = admit(request, visitor, options);
    if ('status' in admitted) sendPage(response, admitted, visitor.ray);
    else carryRequest({ request, ...admitted, assumptions }, response, visitor.ray);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => undefined); // reported by the close event
    const visitor = visitorOf(request, scheme);
    const admitted = admit(request, visitor, options);
    if ('status' in admitted) sendPage(answerOn(socket, request), admitted, visitor.ray);
    else carryWebSocket({ request, ...admitted, assumptions, socket, head, ray: visitor.ray });
  });
}

/** Where a request goes, or what the edge itself answers: a page of a team, an unknown name, or a closed door. */
export function admit(request: Arrived, visitor: Visitor, options: RequestHandlerOptions): Admitted | EdgePage {
  const path = pathOf(request.url);
  const site = options.gate?.site(visitor.host, path);
  if (site !== undefined) return site;
  const resolution = options.resolve(visitor.host);
  if (resolution.kind !== 'tunnel') return unresolved(resolution, visitor);
  const decision = options.gate?.judge({ ...visitor, path, headers: request.headers }) ?? { kind: 'open' };
  if (decision.kind === 'answered') return decision.page;
  const asserted = decision.kind === 'admitted' ? decision.headers : {};
  return {
    headers: { ...tunnelHeaders(request, visitor), ...asserted },
    connections: shuffled(options.registry.connectionsOf(resolution.tunnelId)),
  };
}

/** Assumption: 1016 "Origin DNS error" is the most similar page. The real DNS does not resolve an unknown name at all. */
function unresolved(resolution: Exclude<HostResolution, { kind: 'tunnel' }>, { ray }: Visitor): EdgePage {
  const note = resolution.kind === 'other' ? explain(resolution) : undefined;
  return errorPage({ status: NO_ROUTE, code: 1016, ray, note });
}

function visitorOf({ headers, socket }: IncomingMessage, scheme: Visitor['scheme']): Visitor {
  return describeVisitor({ address: socket.remoteAddress, host: headers.host, scheme, headers });
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .toSorted((left, right) => left.rank - right.rank)
    .map(({ item }) => item);
}
