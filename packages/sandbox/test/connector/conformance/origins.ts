import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ContainerStart } from '../../../src/kubelet/image.ts';
import { PodNetwork } from '../../../src/kubelet/pod-network.ts';
import { anOrigin } from '../../an-origin.ts';
import { stopAfterTest } from '../../support/stop-after-test.ts';
import type { Running, Subject } from './subjects.ts';

/** A request as the origin received it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  /** Names in their original case, in alphabetical order. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly version: string;
}

/** The rules of most tests: one Service, a fixed answer for another host, 404 for everything else. */
export const toWeb = (originRequest = '{}', scheme = 'http') => `
ingress:
  - hostname: app.example.com
    service: ${scheme}://web.default.svc:80
    originRequest: ${originRequest}
  - hostname: status.example.com
    service: http_status:204
  - service: http_status:404
`;

/** Resolves the Service to an address of this machine. */
export function leadTo({ services }: Running, address: string): void {
  services.set('web.default.svc:80', { kind: 'address', address });
}

/** An origin that responds with the request. */
export async function aMirror(): Promise<string> {
  const { address } = await anOrigin((request, response) => {
    void seen(request).then((asked) => response.end(JSON.stringify(asked)));
  });
  return address;
}

export async function seen(request: IncomingMessage): Promise<SeenRequest> {
  const { method = '', url = '', rawHeaders, httpVersion } = request;
  const names = rawHeaders.filter((_text, index) => index % 2 === 0);
  const headers = names.map((name, index) => [name, rawHeaders[index * 2 + 1] ?? ''] as const);
  return {
    method,
    url,
    headers: Object.fromEntries(headers.toSorted(([a], [b]) => a.localeCompare(b))),
    body: await text(request),
    version: httpVersion,
  };
}

/** An origin that sends the same bytes on every connection, and closes it. */
export async function aParrot(answer: string): Promise<string> {
  return listening(
    createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(answer, 'latin1'));
    }),
  );
}

const pods = new PodNetwork();

/** Another container of the connector's Pod, at any loopback address, and what starts the connector beside it. */
export interface Neighbour {
  readonly port: number;
  readonly options: Pick<ContainerStart, 'pod' | 'addressAt'>;
}

/** Only a process needs an address of the Pod alone, which not every system has. */
export async function besideConnector({ program }: Subject, server: Server): Promise<Neighbour> {
  const address = pods.allocate();
  const host = program === undefined ? '127.0.0.1' : address.loopback;
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await once(server.listen(0, host), 'listening');
  stopAfterTest(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.address() as AddressInfo;
  const addressAt = (ip: string, asked: number) =>
    ip === address.ip && asked === port ? `${host}:${port}` : undefined;
  return { port, options: { pod: { namespace: 'default', name: 'web-1', uid: 'uid-1', ...address }, addressAt } };
}

export async function listening(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  stopAfterTest(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
