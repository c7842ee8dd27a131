import { once } from 'node:events';
import {
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { connect, type TLSSocket } from 'node:tls';
import type { EdgeAddress } from '../edge/edge-address.ts';
import { RegistrationClient } from '../edge/rpc/registration-client.ts';
import type { RegisterReply, RegisterRequest } from '../edge/rpc/registration.ts';
import { EDGE_SERVER_NAME, requestKind } from '../edge/wire/request-kind.ts';
import { connected } from './dial-origin.ts';

const DIAL_TIMEOUT_MS = 15_000;

/** The receive window for uploads of visitors, per request and per connection. */
const STREAM_WINDOW = 1024 * 1024;
const CONNECTION_WINDOW = 16 * STREAM_WINDOW;
const NO_LIMIT = 2 ** 32 - 1;

/** With Node's default session limit, streams would be refused under load. */
const SESSION_MEMORY_MB = 1024;

/**
 * A connection to the edge. The connector dials, but the edge sends the requests, so over TLS this is an HTTP/2 server.
 * The first request is the control stream, on which the connection registers.
 */
export class EdgeConnection {
  readonly #closed = Promise.withResolvers<void>();
  readonly #serve: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;
  #socket: TLSSocket | undefined;
  #control: RegistrationClient | undefined;
  #isDestroyed = false;
  #hasAsked = false;

  /** `serve` receives every request except the control stream. */
  constructor(serve: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void) {
    this.#serve = serve;
  }

  /** Resolves when the connection is closed completely. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Connects and registers. Rejects if the edge is unreachable or disconnects. */
  async open({ host, port, caPem }: EdgeAddress, request: RegisterRequest): Promise<RegisterReply> {
    const socket = connect({ host, port, ca: caPem, servername: EDGE_SERVER_NAME });
    this.#socket = socket;
    await connected(socket, `${host}:${port}`, DIAL_TIMEOUT_MS, 'secureConnect').catch((error: unknown) => {
      this.#closed.resolve();
      throw error;
    });
    if (this.#isDestroyed) throw new Error('the connection was given up');
    const session = handshake(socket);
    session.once('close', () => this.#closed.resolve());
    const control = await this.#takeControl(session);
    this.#hasAsked = true;
    return control.register(request);
  }

  /** Unregisters. The edge then sends no new requests, and closes the connection after the current ones. */
  async unregister(): Promise<void> {
    await this.#control?.unregister();
    this.#control?.close();
  }

  /** Reports the active rules to the edge. */
  async reportConfiguration(config: unknown): Promise<void> {
    await this.#control?.updateLocalConfiguration(config);
  }

  /** Aborts a connection that has not requested registration yet. Later, the edge may already use it. */
  abandon(): void {
    if (!this.#hasAsked) this.destroy();
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#socket?.destroy();
  }

  async #takeControl(session: ServerHttp2Session): Promise<RegistrationClient> {
    const controlled = Promise.withResolvers<RegistrationClient>();
    session.on('stream', (stream, headers) => {
      stream.on('error', () => undefined); // the close event reports it
      if (requestKind(headers) !== 'control-stream') return this.#serve(stream, headers);
      stream.respond({ ':status': 200 });
      this.#control = new RegistrationClient(stream);
      controlled.resolve(this.#control);
    });
    const gone = once(session, 'close').then(() => {
      throw new Error('the edge closed the connection');
    });
    return Promise.race([controlled.promise, gone]);
  }
}

function handshake(socket: TLSSocket): ServerHttp2Session {
  const settings = { initialWindowSize: STREAM_WINDOW, maxConcurrentStreams: NO_LIMIT };
  const session = performServerHandshake(socket, { settings, maxSessionMemory: SESSION_MEMORY_MB });
  session.setLocalWindowSize(CONNECTION_WINDOW);
  session.on('error', () => undefined); // the close event reports it
  return session;
}
