import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionRequestOptions,
  connect,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import type { RelocatedConnectors } from '../edge-address.ts';
import type { RegisterReply, RegisterRequest } from '../rpc/registration.ts';
import { serveRegistration } from '../rpc/serve-registration.ts';
import type { EdgeConnection, RegisteredConnection, TunnelRegistry } from '../tunnel-registry.ts';
import {
  type ConfigurationApplied,
  type ConfigurationPush,
  EDGE_SERVER_NAME,
  Upgrade,
  UPGRADE_HEADER,
} from '../wire/request-kind.ts';
import { relocateConfiguration } from './relocate-configuration.ts';

const MIB = 1024 * 1024;
/** The receive window of the edge, per request and per connection. */
const STREAM_WINDOW = MIB;
const CONNECTION_WINDOW = 16 * MIB;
/** By default, Node ends a session that buffers more than 10 MB, which many parallel requests can do. */
const SESSION_MEMORY_MB = 1024;
/** Delay before closing a refused connection, so that the reply arrives. cloudflared would never close it. */
const CLOSE_DELAY_MS = 50;
const REGISTRATION_TIMEOUT_MS = 15_000;
const LOCATIONS = ['fra01', 'ams01'] as const;

/**
 * The edge's side of a connector's connection: HTTP/2 over a socket that the connector has opened, with the edge as the
 * client. It registers on a control stream.
 *
 * Guarantees
 * - It serves no requests before it is registered, and accepts none after it has unregistered.
 * - After unregistering, requests in progress finish before the connection ends.
 * - A connection that is refused, or does not register in time, is closed.
 */
export class TunnelConnection implements EdgeConnection {
  readonly originIp: string;
  readonly #relocated: RelocatedConnectors;
  readonly #registry: TunnelRegistry;
  readonly #session: ClientHttp2Session;
  readonly #registrationTimeout: NodeJS.Timeout;
  #connIndex = 0;
  #registered: RegisteredConnection | undefined;
  #isLeaving = false;
  /** What happens once the last request has ended. */
  #whenIdle: (() => void) | undefined;
  #running = 0;

  constructor(socket: TLSSocket, registry: TunnelRegistry, relocated: RelocatedConnectors) {
    this.originIp = socket.remoteAddress ?? '';
    this.#relocated = relocated;
    this.#registry = registry;
    this.#session = openSession(socket);
    this.#session.once('goaway', () => this.#leave());
    this.#session.once('close', () => this.#ended());
    this.#registrationTimeout = setTimeout(() => this.drop(), REGISTRATION_TIMEOUT_MS).unref();
    this.#openControlStream();
  }

  get isRegistered(): boolean {
    return this.#registered !== undefined && !this.#isLeaving;
  }

  /** The number of requests in progress. */
  get running(): number {
    return this.#running;
  }

  /** Assumption: these data centres, and that the connections of a connector alternate between two of them. */
  get location(): string {
    return LOCATIONS[this.#connIndex % LOCATIONS.length] ?? LOCATIONS[0];
  }

  open(headers: OutgoingHttpHeaders, options: ClientSessionRequestOptions = {}): ClientHttp2Stream | undefined {
    if (!this.isRegistered || this.#session.closed || this.#session.destroyed) return undefined;
    const stream = this.#session.request(headers, options);
    this.#running += 1;
    stream.once('close', () => this.#finished());
    return stream;
  }

  async configure(push: ConfigurationPush): Promise<ConfigurationApplied> {
    const headers = { ':method': 'PUT', ':path': '/', ':authority': 'localhost' };
    const stream = this.open({ ...headers, [UPGRADE_HEADER]: Upgrade.configuration }, { endStream: false });
    if (stream === undefined) throw new Error('the connection is closed');
    const translate = this.#relocated.get(this.originIp);
    const config = translate === undefined ? push.config : relocateConfiguration(push.config, translate);
    stream.end(JSON.stringify({ ...push, config }));
    return JSON.parse(await text(stream)) as ConfigurationApplied;
  }

  drop(): void {
    this.#session.destroy();
  }

  /** Edge maintenance: accepts no new requests, finishes the current ones, and closes the connection. */
  drain(): void {
    this.#leave();
    this.#closeWhenIdle(() => this.drop());
  }

  #closeWhenIdle(close: () => void): void {
    if (this.#running === 0) close();
    else this.#whenIdle = close;
  }

  #finished(): void {
    this.#running -= 1;
    if (this.#running === 0) this.#whenIdle?.();
  }

  #openControlStream(): void {
    const stream = this.#session.request(
      { ':method': 'GET', ':path': '/', ':authority': 'localhost', [UPGRADE_HEADER]: Upgrade.controlStream },
      { endStream: false },
    );
    stream.once('end', () => stream.end());
    serveRegistration(stream, {
      register: (request) => this.#register(request),
      unregister: () => this.#unregister(),
      updateLocalConfiguration: (config) => this.#registered?.reportConfiguration(JSON.parse(config)),
    });
  }

  #register(request: RegisterRequest): RegisterReply {
    if (this.#registered !== undefined) throw new Error('the connection is registered already');
    clearTimeout(this.#registrationTimeout);
    this.#connIndex = request.connIndex;
    const outcome = this.#registry.register(request, this);
    if (outcome.kind === 'refused') {
      setTimeout(() => this.drop(), CLOSE_DELAY_MS).unref();
      return outcome;
    }
    this.#registered = outcome;
    const { connectionId, isRemotelyManaged } = outcome;
    return { kind: 'registered', connectionId, location: this.location, isRemotelyManaged };
  }

  /** A GOAWAY overtakes requests that are not sent yet, and the connector would refuse them: it comes last. */
  #unregister(): void {
    this.#isLeaving = true;
    this.#registered?.unregister();
    setImmediate(() => this.#closeWhenIdle(() => this.#session.close())); // after the reply
  }

  #leave(): void {
    this.#isLeaving = true;
    this.#registered?.lost();
  }

  #ended(): void {
    clearTimeout(this.#registrationTimeout);
    this.#leave();
  }
}

function openSession(socket: TLSSocket): ClientHttp2Session {
  const session = connect(`https://${EDGE_SERVER_NAME}`, {
    createConnection: () => socket,
    settings: { enablePush: false, initialWindowSize: STREAM_WINDOW },
    maxSessionMemory: SESSION_MEMORY_MB,
  });
  session.once('connect', () => session.setLocalWindowSize(CONNECTION_WINDOW));
  session.on('error', () => undefined); // reported by the close event
  return session;
}
