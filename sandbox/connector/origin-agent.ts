import { Agent, type ClientRequestArgs } from 'node:http';
import { connect, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, rootCertificates } from 'node:tls';
import type { OriginRequest } from './origin-request.ts';

/** What a Service name and port lead to, decided afresh for every connection as kube-proxy does. */
export type OriginAddress =
  | { readonly kind: 'address'; readonly address: string }
  /** The name exists, but nothing is behind it. */
  | { readonly kind: 'no-endpoints' }
  | { readonly kind: 'unknown-host' };

export type ResolveOrigin = (host: string, port: number) => OriginAddress;

export interface OriginAgentOptions {
  readonly isTls: boolean;
  readonly originRequest: OriginRequest;
  /** PEM of `caPool`, added to the well-known authorities. */
  readonly caPem: string | undefined;
  readonly resolveOrigin: ResolveOrigin;
}

/** Go keeps this many idle connections per host when `keepAliveConnections` is 0. */
const GO_DEFAULT_IDLE_PER_HOST = 2;

/** The connection pool of one ingress rule: cloudflared never shares one between rules. */
export class OriginAgent extends Agent {
  readonly #settings: OriginAgentOptions;

  constructor(settings: OriginAgentOptions) {
    const { keepAliveConnections, keepAliveTimeout } = settings.originRequest;
    super({
      keepAlive: keepAliveConnections >= 0,
      maxFreeSockets: keepAliveConnections > 0 ? keepAliveConnections : GO_DEFAULT_IDLE_PER_HOST,
      ...(keepAliveTimeout > 0 ? { timeout: keepAliveTimeout } : {}),
    });
    this.#settings = settings;
  }

  override createConnection(
    options: ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | undefined {
    const host = options.host ?? '';
    const port = Number(options.port);
    const target = this.#settings.resolveOrigin(host, port);
    if (target.kind === 'address') return this.#dial(target.address, host, options);
    callback?.(new Error(dialError(target.kind, host, port)), new Socket());
    return undefined;
  }

  #dial(address: string, host: string, options: ClientRequestArgs): Socket {
    const colon = address.lastIndexOf(':');
    const target = { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
    const { isTls, originRequest, caPem } = this.#settings;
    if (!isTls) return withDeadline(connect(target), 'connect', originRequest.connectTimeout, address);
    const socket = connectTls({
      ...target,
      servername: originRequest.originServerName || (originRequest.matchSNItoHost ? publicHost(options) : host),
      rejectUnauthorized: !originRequest.noTLSVerify,
      ...(caPem === undefined ? {} : { ca: [...rootCertificates, caPem] }),
    });
    return withDeadline(socket, 'secureConnect', originRequest.connectTimeout + originRequest.tlsTimeout, address);
  }
}

function publicHost(options: ClientRequestArgs): string {
  const headers = options.headers;
  const host = headers !== undefined && 'host' in headers ? String(headers['host']) : '';
  return host.replace(/:\d+$/, '');
}

function dialError(kind: 'no-endpoints' | 'unknown-host', host: string, port: number): string {
  return kind === 'unknown-host'
    ? `dial tcp: lookup ${host}: no such host`
    : `dial tcp ${host}:${port}: connect: connection refused`;
}

function withDeadline(socket: Socket, event: string, timeoutMs: number, address: string): Socket {
  const timer = setTimeout(() => socket.destroy(new Error(`dial tcp ${address}: i/o timeout`)), timeoutMs);
  socket.once(event, () => clearTimeout(timer));
  socket.once('close', () => clearTimeout(timer));
  return socket;
}
