import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach } from '@jest/globals';
import { KEEP_IDLE } from 'cftunnel-sandbox/edge/loopback-server';
import { Journal } from './journal.ts';

/** A received request. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The number of its connection, counted from 1. */
  readonly connection: number;
}

/** Answers one request in any way. */
export type Answer = (response: ServerResponse) => void;

/** A scripted HTTP server. Routes are `METHOD /path`; a watch of the Kubernetes API is `WATCH /path`. */
export interface LoopbackServer {
  readonly url: string;
  /** Scripts the answers of a route, in order. The last one repeats. Other routes get a 404. */
  on(route: string, ...answers: readonly Answer[]): void;
  requests(route: string): Journal<ReceivedRequest>;
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

/** Starts a scripted server on loopback. Stopped after the test, including open connections. */
export async function aServer(): Promise<LoopbackServer> {
  const scripts = new Map<string, Answer[]>();
  const journals = new Map<string, Journal<ReceivedRequest>>();
  const connections = new Map<Socket, number>();
  const requests = (route: string): Journal<ReceivedRequest> => {
    const journal = journals.get(route) ?? new Journal<ReceivedRequest>();
    journals.set(route, journal);
    return journal;
  };
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const received = await receive(request, connections.get(request.socket) ?? 0);
    const route = routeOf(received);
    requests(route).push(received);
    nextAnswer(scripts.get(route))(response);
  };
  const server = createServer(KEEP_IDLE, (request, response) => void respond(request, response));
  server.on('connection', (socket) => connections.set(socket, connections.size + 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    on: (route, ...answers) => void scripts.set(route, [...answers]),
    requests,
  };
}

async function receive(request: IncomingMessage, connection: number): Promise<ReceivedRequest> {
  const url = new URL(request.url ?? '/', 'http://loopback');
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: await text(request),
    connection,
  };
}

function routeOf({ method, path, query }: ReceivedRequest): string {
  return `${query['watch'] === 'true' ? 'WATCH' : method} ${path}`;
}

function nextAnswer(script: Answer[] = []): Answer {
  const next = script.length > 1 ? script.shift() : script[0];
  return next ?? ((response) => void response.writeHead(404).end('not scripted'));
}
