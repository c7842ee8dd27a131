import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { TunnelRegistry } from './tunnel-registry.ts';
import { decodeResponseHeaders, RESPONSE_HEADERS } from './wire/response-headers.ts';
import { startLoopbackServer } from './loopback-server.ts';

/** Where a host name leads. */
export type HostResolution =
  | { readonly kind: 'tunnel'; readonly tunnelId: string }
  /** No zone of ours, or no record in it. */
  | { readonly kind: 'unknown' }
  /** A record that does not lead through a tunnel; the sandbox has no other origins. */
  | {
      readonly kind: 'other';
      readonly record: { readonly name: string; readonly type: string; readonly content: string };
      readonly reason: 'not-proxied' | 'not-a-tunnel' | 'other-account';
    };

export interface FrontDoorOptions {
  /** 0 (the default) takes any free port. */
  readonly port?: number;
  readonly resolve: (host: string) => HostResolution;
  readonly connectors: TunnelRegistry;
}

/** The edge's public side: requests for any host name, sent to loopback with that name in `Host`. */
export interface FrontDoor {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the front door on loopback. It speaks plain HTTP and pretends to have ended TLS. */
export async function startFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  const server = await startLoopbackServer(options.port ?? 0, (request, response) => admit(request, response, options));
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.stop() };
}

function admit(request: IncomingMessage, response: ServerResponse, { resolve, connectors }: FrontDoorOptions): void {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  const ray = `${randomBytes(8).toString('hex')}-FRA`;
  response.setHeader('cf-ray', ray);
  response.setHeader('server', 'cloudflare');
  const resolution = resolve(host);
  // Assumption: the real DNS has no answer at all for an unknown name; 1016 "Origin DNS error" is the nearest page.
  if (resolution.kind === 'unknown') return refuse(response, 1016);
  if (resolution.kind === 'other') return refuse(response, 1016, explain(resolution));
  const candidates = connectors.connectionsOf(resolution.tunnelId);
  const connector = candidates[Math.floor(Math.random() * candidates.length)];
  if (connector === undefined) return refuse(response, 1033);
  addEdgeHeaders(request, host, ray);
  const { connection: _c, host: _h, 'transfer-encoding': _t, upgrade: _u, 'keep-alive': _k, ...headers } = request.headers;
  const none = request.headers['content-length'] === undefined && _t === undefined;
  const stream = connector.open({ ...headers, ':method': request.method, ':path': request.url, ':authority': host }, { endStream: none });
  if (stream === undefined) return refuse(response, 1033);
  stream.on('error', () => { if (response.headersSent) response.destroy(); else response.writeHead(502).end(); });
  stream.on('close', () => { if (!response.headersSent) response.writeHead(502).end(); });
  stream.on('response', (head) => {
    response.writeHead(head[':status'] ?? 502, decodeResponseHeaders(String(head[RESPONSE_HEADERS])).flat());
    pipeline(stream, response, () => undefined);
  });
  if (!none) pipeline(request, stream, () => undefined);
}

/** What the edge tells an origin about the visitor, whatever the visitor claims about itself. */
function addEdgeHeaders(request: IncomingMessage, host: string, ray: string): void {
  const client = request.socket.remoteAddress ?? '127.0.0.1';
  const forwarded = request.headers['x-forwarded-for'];
  request.headers.host = host;
  request.headers['cf-ray'] = ray;
  request.headers['cf-connecting-ip'] = client;
  request.headers['cf-ipcountry'] = 'XX';
  request.headers['cf-visitor'] = '{"scheme":"https"}';
  request.headers['cdn-loop'] = 'cloudflare; loops=1';
  request.headers['x-forwarded-for'] = forwarded === undefined ? client : `${String(forwarded)}, ${client}`;
  request.headers['x-forwarded-proto'] = 'https';
}

function refuse(response: ServerResponse, code: number, note = ''): void {
  response.writeHead(530, { 'content-type': 'text/plain; charset=UTF-8' });
  response.end(`error code: ${code}${note === '' ? '' : `\n${note}`}`);
}

function explain({ record, reason }: Extract<HostResolution, { kind: 'other' }>): string {
  const shown = `${record.name} ${record.type} ${record.content}`;
  switch (reason) {
    case 'not-proxied':
      return `sandbox: the record "${shown}" is not proxied, so the edge never sees its traffic`;
    case 'not-a-tunnel':
      return `sandbox: the record "${shown}" does not lead to a tunnel`;
    case 'other-account':
      return `sandbox: the record "${shown}" leads to a tunnel of another account`;
    default:
      return reason satisfies never;
  }
}
