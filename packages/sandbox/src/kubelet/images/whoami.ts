import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type Container, type ContainerStart, type Image, KILLED } from '../image.ts';
import { describeRequest } from './whoami-answer.ts';
import { sendData } from './whoami-data.ts';
import { ECHO_UPGRADES, echoWebSockets } from './whoami-echo.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Web servers for examples and tests, which describe every request in its response. */
export const whoami: Image = {
  matches: /(^|\/)(traefik\/whoami|whoami|nginx|nginxinc\/[^/]+|httpd|caddy|hello-app|hello-kubernetes)(:|@|$)/,
  start: (container) =>
    serve(container, portsOf(container, 80), (request, response) => answer(container, request, response)),
};

/** `hashicorp/http-echo`: answers with its argument `-text=`. */
export const httpEcho: Image = {
  matches: /(^|\/)http-echo(:|@|$)/,
  start(container) {
    const text = flagOf(container, 'text') ?? 'hello-world';
    return serve(container, portsOf(container, 5678), (_request, response) => sendText(response, 200, `${text}\n`));
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

interface Site {
  readonly server: Server;
  readonly endWebSockets: () => void;
}

function serve(container: ContainerStart, ports: readonly number[], handler: Handler): Container {
  const sites = new Map(ports.map((port) => [port, listen(container, port, handler)]));
  const { promise: exited, resolve: exit } = Promise.withResolvers<number>();
  return {
    exited,
    terminate: () => void Promise.all(Array.from(sites.values(), close)).then(() => exit(0)),
    kill() {
      for (const { server, endWebSockets } of sites.values()) {
        server.close();
        server.closeAllConnections();
        endWebSockets();
      }
      exit(KILLED);
    },
    addressOf: (port) => loopbackAddress(sites.get(port)?.server),
  };
}

function listen(container: ContainerStart, port: number, handler: Handler): Site {
  const server = createFor(container, (request, response) => {
    container.log(`${request.method} ${request.url} from ${request.socket.remoteAddress}`);
    handler(request, response);
  });
  server.keepAliveTimeout = 0; // the programs are written in Go, whose servers keep idle connections
  const endWebSockets = echoWebSockets(server);
  server.listen(0, '127.0.0.1', () => container.log(`Starting up on port ${port}`));
  return { server, endWebSockets };
}

/**
 * Uses TLS if both files exist. With a missing file it uses plain HTTP, whereas the real program ends. Assumption: the
 * flags `-cert` and `-key` of traefik/whoami apply to all of its ports.
 */
function createFor(container: ContainerStart, handler: Handler): Server {
  const cert = container.files.get(flagOf(container, 'cert') ?? '');
  const key = container.files.get(flagOf(container, 'key') ?? '');
  return cert === undefined || key === undefined
    ? createServer(ECHO_UPGRADES, handler)
    : createTlsServer({ ...ECHO_UPGRADES, cert, key }, handler);
}

/** Lets requests in progress finish. WebSockets end, because they would keep the server open. */
function close({ server, endWebSockets }: Site): Promise<void> {
  endWebSockets();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function loopbackAddress(server: Server | undefined): string | undefined {
  const address = server?.address();
  return typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : undefined;
}

function answer(container: ContainerStart, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://whoami');
  if (pathname === '/health') sendText(response, 200, '');
  else if (pathname === '/data') sendData(response, searchParams);
  else if (pathname === '/echo') sendText(response, 400, 'Bad Request\n');
  else sendText(response, 200, describeRequest(container.pod, request));
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
