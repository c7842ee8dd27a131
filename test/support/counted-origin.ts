/** A web server in the pods of a world that counts, by hostname, the requests that reach it. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KEEP_IDLE } from 'cftunnel-sandbox/edge/loopback-server';
import { type Container, type ContainerStart, type Image, KILLED } from 'cftunnel-sandbox/kubelet/image';
import { whoami } from './world-objects.ts';
import type { KubeObject } from './kube-client.ts';

const IMAGE = 'example.net/counted-origin:1';

/** An image of such servers. `arrived` is called with every request. */
export function countedOrigin(arrived: (request: IncomingMessage) => void): Image {
  return { matches: /\/counted-origin:/, start: (container) => serve(container, arrived) };
}

/** The Deployment of an origin. Services of the same name lead to it. */
export function originDeployment(key: string): KubeObject {
  const web = whoami(key);
  const { template, ...spec } = web['spec'] as { readonly template: Template };
  const containers = template.spec.containers.map((container) => ({ ...container, image: IMAGE }));
  return { ...web, spec: { ...spec, template: { ...template, spec: { containers } } } };
}

interface Template {
  readonly spec: { readonly containers: readonly object[] };
}

function serve(_container: ContainerStart, arrived: (request: IncomingMessage) => void): Container {
  const { promise: exited, resolve } = Promise.withResolvers<number>();
  const server = createServer(KEEP_IDLE, (request, response) => {
    arrived(request);
    response.end('here');
  });
  server.listen(0, '127.0.0.1');
  const end = (code: number) => (): void => {
    server.close(() => resolve(code));
    server.closeAllConnections();
  };
  return {
    exited,
    terminate: end(0),
    kill: end(KILLED),
    addressOf: () => addressOf(server.address() as AddressInfo | null),
  };
}

function addressOf(address: AddressInfo | null): string | undefined {
  return address === null ? undefined : `127.0.0.1:${address.port}`;
}
