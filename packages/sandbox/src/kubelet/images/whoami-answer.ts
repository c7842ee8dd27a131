import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { PodIdentity } from '../image.ts';

/** What both versions of a request have in common. */
export type WebRequest = IncomingMessage | Http2ServerRequest;

/**
 * The response of traefik/whoami: the server, then the request as received, with sorted headers. A request over HTTP/2
 * is described as if it had come over HTTP/1.1, because Go's `Request.Write` knows no other version.
 */
export function describeRequest(pod: PodIdentity, request: WebRequest): string {
  const { method, url, httpVersion, socket } = request;
  const lines = [
    `Hostname: ${pod.name}`,
    'IP: 127.0.0.1',
    `IP: ${pod.ip}`,
    `RemoteAddr: ${socket.remoteAddress}:${socket.remotePort}`,
    `${method} ${url} HTTP/${httpVersion === '2.0' ? '1.1' : httpVersion}`,
    `Host: ${hostOf(request)}`,
    ...headersOf(request).map(([name, value]) => `${canonical(name)}: ${value}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** The same as JSON, as at `/api`. */
export function describeAsJson(pod: PodIdentity, request: WebRequest): string {
  const { method, url, socket } = request;
  const headers = Map.groupBy(headersOf(request), ([name]) => canonical(name));
  const described = {
    hostname: pod.name,
    ip: ['127.0.0.1', pod.ip],
    headers: Object.fromEntries(Array.from(headers, ([name, pairs]) => [name, pairs.map(([, value]) => value)])),
    url,
    host: hostOf(request),
    method,
    remoteAddr: `${socket.remoteAddress}:${socket.remotePort}`,
  };
  return `${JSON.stringify(described)}\n`;
}

/** The host that the client has asked for. */
function hostOf({ headers }: WebRequest): string {
  return headers.host ?? String(headers[':authority'] ?? '');
}

/** By name, each value for itself, without the host. */
function headersOf({ rawHeaders }: WebRequest): [name: string, value: string][] {
  const pairs = rawHeaders.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? '']] : [],
  );
  return pairs
    .filter(([name]) => name !== 'host' && !name.startsWith(':'))
    .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
}

/** `x-forwarded-for` in Go's canonical form: `X-Forwarded-For`. */
function canonical(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
