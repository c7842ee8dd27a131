import { Agent, type ClientRequestArgs } from 'node:http';
import { connect, isIP, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, rootCertificates, type TLSSocket } from 'node:tls';
import { connected, type DialOrigin } from './dial-origin.ts';
import type { OriginRequest } from './origin-request.ts';

export interface OriginAgentOptions {
  readonly isTls: boolean;
  readonly originRequest: OriginRequest;
  /** PEM of `caPool`, added to the default CAs. */
  readonly caPem: string | undefined;
  /** Path of a service `unix:`. Host and port are unused then. */
  readonly unixPath: string | undefined;
  readonly dial: DialOrigin;
}

type OnConnection = (error: Error | null, stream: Duplex) => void;

/** Go keeps this many idle connections per host when `keepAliveConnections` is 0. */
const GO_DEFAULT_IDLE_PER_HOST = 2;

/** The connection pool of one ingress rule. cloudflared does not share pools between rules. */
export class OriginAgent extends Agent {
  readonly #settings: OriginAgentOptions;
  #isRetired = false;

  constructor(settings: OriginAgentOptions) {
    const { keepAliveConnections, keepAliveTimeout } = settings.originRequest;
    super({
      keepAlive: keepAliveConnections >= 0,
      maxFreeSockets: keepAliveConnections > 0 ? keepAliveConnections : GO_DEFAULT_IDLE_PER_HOST,
      ...(keepAliveTimeout > 0 ? { timeout: keepAliveTimeout } : {}),
    });
    this.#settings = settings;
  }

  /** The connection is returned later, through the callback. */
  override createConnection(options: ClientRequestArgs, callback?: OnConnection): Duplex | undefined {
    void this.#deliver(options, callback);
    return undefined;
  }

  async #deliver(options: ClientRequestArgs, callback?: OnConnection): Promise<void> {
    const opening = this.open(options.host ?? '', Number(options.port), publicHost(options));
    const opened = await opening.catch((error: Error) => error);
    if (opened instanceof Error) callback?.(opened, new Socket());
    else callback?.(null, opened);
  }

  override keepSocketAlive(socket: Duplex): boolean {
    super.keepSocketAlive(socket);
    return !this.#isRetired;
  }

  /** Closes idle connections, and others when their request has ended. */
  retire(): void {
    this.#isRetired = true;
    for (const idle of Object.values(this.freeSockets).flat()) idle?.destroy();
  }

  /** Opens a connection outside the pool. `alpn` is offered in TLS, and `publicName` is the host of the request. */
  async open(host: string, port: number, publicName: string, alpn: readonly string[] = []): Promise<Socket> {
    const { isTls, originRequest, unixPath, dial } = this.#settings;
    const { connectTimeout, tlsTimeout } = originRequest;
    const socket =
      unixPath === undefined
        ? await dial(host, port, connectTimeout)
        : await connected(connect(unixPath), unixPath, connectTimeout);
    if (!isTls) return socket;
    return connected(this.#secure(socket, host, publicName, alpn), `${host}:${port}`, tlsTimeout, 'secureConnect');
  }

  #secure(socket: Socket, host: string, publicName: string, alpn: readonly string[]): TLSSocket {
    const { originRequest, caPem } = this.#settings;
    const { originServerName, matchSNItoHost, noTLSVerify } = originRequest;
    const name = originServerName || (matchSNItoHost ? publicName : host);
    return connectTls({
      socket,
      host: name,
      servername: isIP(name) === 0 ? name : '', // TLS names no addresses
      rejectUnauthorized: !noTLSVerify,
      ...(alpn.length > 0 && { ALPNProtocols: [...alpn] }),
      ...(caPem !== undefined && { ca: [...rootCertificates, caPem] }),
    });
  }
}

function publicHost(options: ClientRequestArgs): string {
  const headers = options.headers;
  const host = headers !== undefined && 'Host' in headers ? String(headers['Host']) : '';
  return host.replace(/:\d+$/, '');
}
