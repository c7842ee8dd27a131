import type { Server } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import type { Writable } from 'node:stream';
import { type Container, type ContainerStart, type Image, KILLED } from '../image.ts';
import { parseGoDuration } from '../../connector/go-duration.ts';
import { type CleartextServer, createCleartextServer } from './cleartext-server.ts';
import { answerCall, type GrpcMethod } from './grpc.ts';
import { describeAsJson, describeRequest, type WebRequest } from './whoami-answer.ts';
import { sendData } from './whoami-data.ts';
import { ECHO_UPGRADES, echoWebSockets } from './whoami-echo.ts';
import { whoamiMethods } from './whoami-grpc.ts';

/** A response over either version of HTTP. */
interface WebResponse {
  writeHead(status: number, headers?: Readonly<Record<string, string | number>>): unknown;
  end(text: string): unknown;
}

interface Site {
  readonly page: (request: WebRequest, response: WebResponse, body: Writable) => void;
  /** By path. */
  readonly methods: ReadonlyMap<string, GrpcMethod>;
}

/**
 * Web servers for examples and tests, which describe every request in its response. All are played by traefik/whoami,
 * which also speaks HTTP/2 without TLS and gRPC.
 */
export const whoami: Image = {
  matches: /(^|\/)(traefik\/whoami|whoami|nginx|nginxinc\/[^/]+|httpd|caddy|hello-app|hello-kubernetes)(:|@|$)/,
  start: (container) =>
    serve(container, portsOf(container, 80), {
      page: (request, response, body) => answer(container, request, response, body),
      methods: whoamiMethods(container.pod, flagOf(container, 'name') ?? container.env['WHOAMI_NAME'] ?? ''),
    }),
};

/** `hashicorp/http-echo`: answers with its argument `-text=`. */
export const httpEcho: Image = {
  matches: /(^|\/)http-echo(:|@|$)/,
  start(container) {
    const text = flagOf(container, 'text') ?? 'hello-world';
    const page: Site['page'] = (_request, response) => sendText(response, 200, `${text}\n`);
    return serve(container, portsOf(container, 5678), { page, methods: new Map() });
  },
};

/** The declared TCP ports and the port in the arguments, or else the default port of the program. */
function portsOf(container: ContainerStart, byDefault: number): number[] {
  const declared = container.ports
    .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
    .map((port) => port.containerPort);
  const address = flagOf(container, 'port') ?? flagOf(container, 'listen') ?? container.env['WHOAMI_PORT_NUMBER'];
  const configured = address === undefined ? [] : [Number(address.slice(address.lastIndexOf(':') + 1))];
  const ports = new Set([...declared, ...configured]);
  return ports.size === 0 ? [byDefault] : [...ports];
}

/** The value of `-name=value`, `--name=value` or `--name value`. */
function flagOf({ command, args }: ContainerStart, name: string): string | undefined {
  const words = [...command, ...args];
  const at = words.findIndex((word) => word.replace(/^--?/, '').split('=')[0] === name && word.startsWith('-'));
  const word = words[at];
  if (word === undefined) return undefined;
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : words[at + 1];
}

const nothing = () => undefined;

interface Listener extends CleartextServer {
  readonly endWebSockets: () => void;
}

function serve(container: ContainerStart, ports: readonly number[], site: Site): Container {
  const listeners = new Map(ports.map((port) => [port, listen(container, port, site)]));
  const { promise: exited, resolve: exit } = Promise.withResolvers<number>();
  return {
    exited,
    terminate: () => void Promise.all(Array.from(listeners.values(), close)).then(() => exit(0)),
    kill() {
      for (const { server, destroy, endWebSockets } of listeners.values()) {
        server.close();
        server.closeAllConnections();
        destroy();
        endWebSockets();
      }
      exit(KILLED);
    },
    addressOf: (port) => loopbackAddress(listeners.get(port)?.server),
  };
}

function listen(container: ContainerStart, port: number, site: Site): Listener {
  const created = createFor(container, site);
  const { server } = created;
  server.keepAliveTimeout = 0; // the programs are written in Go, whose servers keep idle connections
  const endWebSockets = echoWebSockets(server);
  server.listen(0, '127.0.0.1', () => container.log(`Starting up on port ${port}`));
  return { ...created, endWebSockets };
}

/**
 * Uses TLS if both files exist. With a missing file it uses plain HTTP, whereas the real program ends. Assumption: the
 * flags `-cert` and `-key` of traefik/whoami apply to all of its ports. With TLS, the real program also speaks HTTP/2.
 */
function createFor(container: ContainerStart, site: Site): CleartextServer {
  const cert = container.files.get(flagOf(container, 'cert') ?? '');
  const key = container.files.get(flagOf(container, 'key') ?? '');
  const noteRequest = ({ method, url, socket }: WebRequest, version = '') =>
    container.log(`${method} ${url}${version} from ${socket.remoteAddress}`);
  const http1: Parameters<typeof createCleartextServer>[1]['http1'] = (request, response) => {
    noteRequest(request);
    site.page(request, response, response);
  };
  if (cert !== undefined && key !== undefined) {
    return { server: createTlsServer({ ...ECHO_UPGRADES, cert, key }, http1), retire: nothing, destroy: nothing };
  }
  return createCleartextServer(ECHO_UPGRADES, {
    http1,
    http2(request, response) {
      noteRequest(request, ' HTTP/2.0');
      answerHttp2(site, request, response);
    },
  });
}

function answerHttp2({ page, methods }: Site, request: Http2ServerRequest, response: Http2ServerResponse): void {
  const isCall = request.headers['content-type']?.startsWith('application/grpc') === true;
  if (isCall) void answerCall(request, response, methods.get(request.url));
  else page(request, response, response.stream);
}

/** Lets requests in progress finish. WebSockets end, because they would keep the server open. */
function close({ server, retire, endWebSockets }: Listener): Promise<void> {
  endWebSockets();
  return new Promise((resolve) => {
    server.close(() => resolve());
    retire();
  });
}

function loopbackAddress(server: Server | undefined): string | undefined {
  const address = server?.address();
  return typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : undefined;
}

function answer(container: ContainerStart, request: WebRequest, response: WebResponse, body: Writable): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://whoami');
  if (pathname === '/health') sendText(response, 200, '');
  else if (pathname === '/data') sendBytes(response, body, searchParams);
  else if (pathname === '/echo') sendText(response, 400, 'Bad Request\n');
  else if (pathname === '/api') sendText(response, 200, describeAsJson(container.pod, request), 'application/json');
  else afterWait(searchParams, () => sendText(response, 200, describeRequest(container.pod, request)));
}

/** `?wait=200ms` keeps the connection busy for so long. */
function afterWait(query: URLSearchParams, send: () => void): void {
  const waitMs = parseGoDuration(query.get('wait') ?? '');
  if (waitMs === undefined) send();
  else setTimeout(send, waitMs);
}

function sendBytes(response: WebResponse, body: Writable, query: URLSearchParams): void {
  response.writeHead(200);
  sendData(body, query);
}

function sendText(response: WebResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
