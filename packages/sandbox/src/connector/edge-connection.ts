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

/** How much of a visitor's upload may be under way: for one request, and for all of a connection. */
const STREAM_WINDOW = 1024 * 1024;
const CONNECTION_WINDOW = 16 * STREAM_WINDOW;
const NO_LIMIT = 2 ** 32 - 1;

/** Node's own limit on what a session may hold would refuse streams under load. */
const SESSION_MEMORY_MB = 1024;

/**
 * One connection to the edge. It is dialled from here, but it is the edge that sends requests on it: over TLS this is
 * an HTTP/2 server. The first request is the control stream, on which the connection registers.
 */
export class EdgeConnection {
  readonly #closed = Promise.withResolvers<void>();
  readonly #serve: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;
  #socket: TLSSocket | undefined;
  #control: RegistrationClient | undefined;
  #isDestroyed = false;
  #hasAsked = false;

  /** `serve` gets every request but the control stream. */
  constructor(serve: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void) {
    this.#serve = serve;
  }

  /** Resolves when nothing is left of the connection. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Connects and registers. Rejects when the edge is unreachable or disconnects. */
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

  /** Unregisters: the edge sends no new requests, and closes the connection when the current ones are done. */
  async unregister(): Promise<void> {
    await this.#control?.unregister();
    this.#control?.close();
  }

  /** Tells the edge which rules are in force here. */
  async reportConfiguration(config: unknown): Promise<void> {
    await this.#control?.updateLocalConfiguration(config);
  }

  /** Aborts a connection that has not requested registration yet. After that the edge may already use it. */
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
      stream.on('error', () => undefined); // whoever is at the other end of it sees it close
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
  session.on('error', () => undefined); // the close that follows tells
  return session;
}
