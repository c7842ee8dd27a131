import { randomUUID } from 'node:crypto';
import type { EdgeAddress } from '../edge/edge-address.ts';
import type { Refusal } from '../edge/rpc/registration.ts';
import { KILLED } from '../kubelet/image.ts';
import { PersistentConnection, type Registered } from './persistent-connection.ts';
import type { DialOrigin } from './dial-origin.ts';
import { EarlyExit } from './early-exit.ts';
import type { EdgeConnection } from './edge-connection.ts';
import type { Files } from './files.ts';
import { type Level, logLine } from './log-line.ts';
import { RunningConfiguration } from './running-configuration.ts';
import { ServedStreams } from './served-streams.ts';
import type { TunnelCredentials } from './tunnel-credentials.ts';

export interface ConnectorOptions {
  readonly credentials: TunnelCredentials;
  /** One per connection. cloudflared opens at most as many connections as it has addresses. */
  readonly edges: readonly EdgeAddress[];
  /** Content of `config.yaml`. Without it, every request gets 503 until the edge pushes a configuration. */
  readonly configYaml: string | undefined;
  /** Files mounted in the container: absolute path to content. */
  readonly files: Files;
  readonly dial: DialOrigin;
  /** What the path of a Unix socket is called on this machine. Default: the same. */
  readonly socketPath?: ((path: string) => string) | undefined;
  /** The certificates that the process trusts. Undefined: those of this machine. */
  readonly rootsPem?: string | undefined;
  readonly log: (line: string) => void;
  readonly version?: string;
  /** `--retries`: limits the growth of the delay between attempts, but not their number. */
  readonly retries?: number;
  /** Maximum first delay between attempts. cloudflared's default is 10 s. */
  readonly retryBaseMs?: number;
  /** Delay between opening two connections. cloudflared's default is 1 s. */
  readonly spacingMs?: number;
}

/** The state that the metrics endpoint reports. */
export interface ConnectorState {
  readonly readyConnections: number;
  readonly configVersion: number;
  readonly requests: number;
  readonly activeRequests: number;
  /** Requests whose origin was unreachable or failed. */
  readonly failures: number;
}

/** A cloudflared process, as far as the sandbox needs it. */
export interface RunningConnector {
  /** UUID, new at every start. */
  readonly id: string;
  readonly version: string;
  ready(): boolean;
  state(): ConnectorState;
  /** The active rules, as `/config` reports them. */
  config(): unknown;
  /**
   * SIGTERM: unregisters from the edge at once, lets requests finish for `graceMs`, then aborts them. WebSockets may take
   * longer. A second signal ends the process.
   */
  stop(graceMs: number): void;
  /** SIGKILL: ends without unregistering. */
  kill(): void;
  /** Exit code of the process. */
  readonly exited: Promise<number>;
}

/** Exit code of a process that was ended by SIGTERM. */
const TERMINATED = 143;

/** Time limit for unregistering from the edge. */
const UNREGISTER_TIMEOUT_MS = 1_000;

/** The features that cloudflared 2026.8.2 reports to the edge. */
const FEATURES = [
  'allow_remote_config',
  'serialized_headers',
  'support_datagram_v2',
  'support_quic_eof',
  'management_logs',
];

/**
 * Starts a connector as `cloudflared tunnel run` does.
 *
 * - An invalid file causes an `EarlyExit`, and nothing is opened.
 * - "Unauthorized" is retried indefinitely. Any other refusal of the first registration ends the process with code 1.
 * - The file is read once. A valid configuration from the edge replaces its rules.
 * - Further connections are opened one after the other, once the first is registered.
 */
export function startConnector(options: ConnectorOptions): RunningConnector {
  const connector = new CloudflaredConnector(options);
  connector.start();
  return connector;
}

class CloudflaredConnector implements RunningConnector {
  readonly id = randomUUID();
  readonly version: string;
  readonly exited: Promise<number>;
  readonly #options: ConnectorOptions;
  readonly #resolveExit: (code: number) => void;
  readonly #connections: PersistentConnection[] = [];
  readonly #configuration: RunningConfiguration;
  readonly #streams: ServedStreams;
  #nextConnection: NodeJS.Timeout | undefined;
  #grace: NodeJS.Timeout | undefined;
  #hasEnded = false;

  constructor(options: ConnectorOptions) {
    this.#options = options;
    this.version = options.version ?? '2026.8.2';
    const { promise, resolve } = Promise.withResolvers<number>();
    this.exited = promise;
    this.#resolveExit = resolve;
    this.#log('INF', `Starting tunnel tunnelID=${options.credentials.tunnelId}`);
    this.#log('INF', `Version ${this.version}`);
    this.#configuration = this.#readConfiguration();
    this.#streams = new ServedStreams(this.#configuration);
    this.#log('INF', `Generated Connector ID: ${this.id}`);
  }

  start(): void {
    this.#openConnection();
  }

  ready(): boolean {
    return this.#connections.some((connection) => connection.isRegistered);
  }

  state(): ConnectorState {
    return {
      readyConnections: this.#connections.filter((connection) => connection.isRegistered).length,
      configVersion: this.#configuration.version,
      requests: this.#streams.total,
      activeRequests: this.#streams.active,
      failures: this.#configuration.rules.failures,
    };
  }

  config(): unknown {
    return this.#configuration.describe();
  }

  stop(graceMs: number): void {
    if (this.#grace !== undefined) return this.#end(TERMINATED); // a second signal ends the process
    this.#log('INF', 'Initiating graceful shutdown due to signal terminated ...');
    clearTimeout(this.#nextConnection);
    this.#grace = setTimeout(() => void this.#giveUp(), graceMs);
    void Promise.all(this.#connections.map((connection) => connection.leave())).then(() => this.#end(0));
  }

  kill(): void {
    this.#end(KILLED);
  }

  /**
   * Requests end with the grace period. WebSockets do not: cloudflared waits for their end, which a kubelet brings about
   * with SIGKILL. The edge closes its connections when nothing runs on them any more.
   */
  async #giveUp(): Promise<void> {
    this.#streams.failRequests();
    await this.#streams.idle();
    if (!this.#hasEnded) this.#grace = setTimeout(() => this.#end(0), UNREGISTER_TIMEOUT_MS);
  }

  #end(code: number): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#nextConnection);
    clearTimeout(this.#grace);
    for (const connection of this.#connections) connection.destroy();
    this.#configuration.rules.close();
    this.#log('INF', 'Tunnel server stopped');
    this.#resolveExit(code);
  }

  #readConfiguration(): RunningConfiguration {
    const { configYaml, files, dial, log, rootsPem, socketPath = (path) => path } = this.#options;
    try {
      const context = { files, dial, log, rootsPem, socketPath, connectorId: this.id };
      return new RunningConfiguration(configYaml, context, (...line) => this.#log(...line));
    } catch (error) {
      throw new EarlyExit(1, (error as Error).message);
    }
  }

  #openConnection(): void {
    const connIndex = this.#connections.length;
    const edge = this.#options.edges[connIndex];
    if (edge === undefined) return;
    const { retries = 5, retryBaseMs = 10_000, credentials } = this.#options;
    const connector = { id: this.id, features: FEATURES, version: this.version, arch: 'linux_amd64' };
    const connection = new PersistentConnection({
      edge,
      request: { ...credentials, connIndex, connector, originLocalIp: '127.0.0.1', replaceExisting: false },
      retries,
      retryBaseMs,
      log: (...line) => this.#log(...line),
      serve: (stream, headers) => this.#streams.serve(stream, headers),
      onRegistered: (edgeConnection, reply) => this.#noteRegistration(connIndex, edgeConnection, reply),
      onRefused: (refusal) => this.#staysAfter(refusal, connIndex),
    });
    this.#connections.push(connection);
  }

  #noteRegistration(connIndex: number, connection: EdgeConnection, reply: Registered): void {
    const fields = { connIndex, connection: reply.connectionId, event: 0, ip: '127.0.0.1', location: reply.location };
    this.#log('INF', 'Registered tunnel connection', { ...fields, protocol: 'http2' });
    if (connIndex === 0 && !reply.isRemotelyManaged) this.#reportConfiguration(connection);
    if (connIndex !== this.#connections.length - 1) return; // not the newest: the next one has already been opened
    const { spacingMs = 1_000 } = this.#options;
    this.#nextConnection = setTimeout(() => this.#openConnection(), spacingMs);
  }

  #reportConfiguration(connection: EdgeConnection): void {
    connection.reportConfiguration(this.#configuration.report()).catch(() => undefined); // a lost connection registers, and reports, again
  }

  /** "Unauthorized" can mean that the edge does not know the tunnel yet. */
  #staysAfter(refusal: Refusal, connIndex: number): boolean {
    if (connIndex > 0 || refusal.cause.startsWith('Unauthorized')) return true;
    this.#log('ERR', 'Initiating shutdown', { error: refusal.cause });
    this.#end(1);
    return false;
  }

  #log(level: Level, message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#options.log(logLine(level, message, fields));
  }
}
