import type { IncomingMessage } from 'node:http';
import type { PodIdentity } from '../image.ts';

/** The response of traefik/whoami: the server, then the request as received, with sorted headers. */
export function describeRequest(pod: PodIdentity, request: IncomingMessage): string {
  const { method, url, httpVersion, socket, headersDistinct } = request;
  const { host = [], ...others } = headersDistinct;
  const headers = Object.entries(others).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const lines = [
    `Hostname: ${pod.name}`,
    'IP: 127.0.0.1',
    `IP: ${pod.ip}`,
    `RemoteAddr: ${socket.remoteAddress}:${socket.remotePort}`,
    `${method} ${url} HTTP/${httpVersion}`,
    ...host.map((value) => `Host: ${value}`),
    ...headers.flatMap(([name, values]) => (values ?? []).map((value) => `${canonical(name)}: ${value}`)),
  ];
  return `${lines.join('\n')}\n`;
}

/** `x-forwarded-for` in Go's canonical form: `X-Forwarded-For`. */
function canonical(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
