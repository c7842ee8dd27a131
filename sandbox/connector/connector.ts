import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { load } from 'js-yaml';
import type { Connector, ConnectorRegistry, Registration, TunnelCredentials } from '../edge/connection.ts';
import { parseIngress } from './ingress-rules.ts';
import { logLine } from './log-line.ts';
import type { ConfigForm } from './origin-request.ts';
import type { ResolveOrigin } from './origin-agent.ts';
import { RuleTable } from './rule-table.ts';

export interface ConnectorOptions {
  readonly credentials: TunnelCredentials;
  /** Content of `config.yaml`; without it every request gets 503 until the edge pushes a configuration. */
  readonly configYaml: string | undefined;
  /** Files mounted in the container: absolute path to content. */
  readonly files: ReadonlyMap<string, string>;
  readonly registry: ConnectorRegistry;
  readonly resolveOrigin: ResolveOrigin;
  readonly log: (line: string) => void;
  readonly version?: string;
  readonly originIp?: string;
  /** `--ha-connections`; 4 by default. */
  readonly connections?: number;
  /** `--retries`: how far the delay between attempts may grow. It never limits their number. */
  readonly retries?: number;
  /** Longest first delay between attempts; cloudflared's 10 s by default. */
  readonly retryBaseMs?: number;
}

/** What the metrics endpoint tells. */
export interface ConnectorState {
  readonly readyConnections: number;
  readonly configVersion: number;
  readonly config: unknown;
  readonly requests: number;
}

/** cloudflared as far as the sandbox needs it, and the process around it. */
export interface RunningConnector extends Connector {
  ready(): boolean;
  state(): ConnectorState;
  /** SIGTERM: leaves the edge at once, lets running requests finish, ends after `graceMs` at the latest. */
  stop(graceMs: number): Promise<void>;
  /** Exit code of the process. */
  readonly exited: Promise<number>;
}

/**
 * Starts a connector as `cloudflared tunnel run` does.
 *
 * - An invalid file ends the process with code 1 before it registers.
 * - "Unauthorized" is retried for ever; any other refusal of the first registration ends it with code 1.
 * - The file is read once. A configuration pushed by the edge replaces its rules, unless it is invalid.
 */
export function startConnector(options: ConnectorOptions): RunningConnector {
  const connector = new CloudflaredConnector(options);
  connector.start();
  return connector;
}

class CloudflaredConnector implements RunningConnector {
  readonly id = randomUUID();
  readonly version: string;
  readonly originIp: string;
  readonly connections: number;
  readonly exited: Promise<number>;
  readonly #options: ConnectorOptions;
  readonly #exit: (code: number) => void;
  readonly #inFlight = new Set<ServerResponse>();
  #rules: RuleTable | undefined;
  #config: unknown = {};
  #configVersion = -1;
  #registration: Extract<Registration, { kind: 'registered' }> | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #cutShort: (() => void) | undefined;
  #requests = 0;
  #hasExited = false;

  constructor(options: ConnectorOptions) {
    this.#options = options;
    this.version = options.version ?? '2026.8.2';
    this.originIp = options.originIp ?? '203.0.113.7';
    this.connections = options.connections ?? 4;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.exited = promise;
    this.#exit = (code) => {
      this.#hasExited = true;
      resolve(code);
    };
  }

  start(): void {
    this.#log('INF', `Starting tunnel tunnelID=${this.#options.credentials.tunnelId}`);
    this.#log('INF', `Version ${this.version}`);
    try {
      this.#useConfig(load(this.#options.configYaml ?? '{}') ?? {}, 'yaml');
    } catch (error) {
      this.#options.log((error as Error).message);
      this.#exit(1);
      return;
    }
    this.#log('INF', `Generated Connector ID: ${this.id}`);
    if (this.#rules?.size === 0) this.#log('WRN', NO_RULES);
    this.#register(0);
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    this.#requests += 1;
    this.#inFlight.add(response);
    response.once('close', () => this.#inFlight.delete(response));
    if (this.#rules === undefined) response.writeHead(503).end();
    else this.#rules.serve(request, response);
  }

  dropped(): void {
    this.#registration = undefined;
    if (this.#cutShort !== undefined) return;
    this.#log('WRN', 'Serve tunnel error', { error: 'connection with edge closed', connIndex: 0 });
    this.#retryLater(0);
  }

  configure(version: number, config: unknown): number {
    if (version <= this.#configVersion) return this.#configVersion;
    try {
      this.#useConfig(config, 'json');
      this.#configVersion = version;
      this.#log('INF', 'Updated to new configuration', { config: JSON.stringify(config), version });
    } catch (error) {
      this.#log('ERR', 'Failed to update ingress', { error: (error as Error).message, version });
    }
    return this.#configVersion;
  }

  ready(): boolean {
    return this.#registration !== undefined;
  }

  state(): ConnectorState {
    return {
      readyConnections: this.ready() ? this.connections : 0,
      configVersion: this.#configVersion,
      config: this.#config,
      requests: this.#requests,
    };
  }

  async stop(graceMs: number): Promise<void> {
    if (this.#hasExited) return;
    if (this.#cutShort !== undefined) {
      this.#cutShort(); // a second signal ends the process at once
      await this.exited;
      return;
    }
    const { promise: impatience, resolve } = Promise.withResolvers<void>();
    this.#cutShort = resolve;
    this.#log('INF', 'Initiating graceful shutdown due to signal terminated ...');
    clearTimeout(this.#retryTimer);
    this.#registration?.unregister();
    this.#registration = undefined;
    await this.#drain(graceMs, impatience);
    this.#rules?.close();
    this.#log('INF', 'Tunnel server stopped');
    this.#exit(0);
  }

  async #drain(graceMs: number, impatience: Promise<void>): Promise<void> {
    const grace = Promise.withResolvers<void>();
    const timer = setTimeout(grace.resolve, graceMs);
    const drained = Promise.all([...this.#inFlight].map(closed));
    await Promise.race([drained, grace.promise, impatience]);
    clearTimeout(timer);
    for (const response of this.#inFlight) response.destroy();
  }

  #useConfig(config: unknown, form: ConfigForm): void {
    const { files, resolveOrigin, log } = this.#options;
    const rules = new RuleTable(parseIngress(config, form), { files, resolveOrigin, log, connectorId: this.id });
    this.#rules?.close();
    this.#rules = rules;
    this.#config = config;
  }

  #register(attempt: number): void {
    const registration = this.#options.registry.register(this.#options.credentials, this);
    if (registration.kind === 'registered') {
      this.#registration = registration;
      this.#logConnections();
      return;
    }
    this.#log('ERR', 'Register tunnel error from server side', { error: registration.cause, connIndex: 0, event: 0 });
    if (registration.cause.startsWith('Unauthorized')) this.#retryLater(attempt);
    else this.#giveUp(registration.cause);
  }

  #retryLater(attempt: number): void {
    const { retryBaseMs = 10_000, retries = 5 } = this.#options;
    const longest = retryBaseMs * 2 ** Math.min(attempt, retries);
    this.#log('INF', `Retrying connection in up to ${Math.ceil(longest / 1000)}s`, { connIndex: 0, event: 0 });
    this.#retryTimer = setTimeout(() => this.#register(attempt + 1), Math.random() * longest).unref();
  }

  #giveUp(cause: string): void {
    this.#log('ERR', 'Initiating shutdown', { error: cause });
    this.#exit(1);
  }

  #logConnections(): void {
    for (let connIndex = 0; connIndex < this.connections; connIndex += 1) {
      const fields = { connIndex, connection: randomUUID(), event: 0, ip: '127.0.0.1', location: 'fra01' };
      this.#log('INF', 'Registered tunnel connection', { ...fields, protocol: 'http2' });
    }
  }

  #log(level: 'INF' | 'WRN' | 'ERR', message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#options.log(logLine(level, message, fields));
  }
}

const NO_RULES =
  'No ingress rules were defined in provided config (if any) nor from the cli, cloudflared will return 503 for all incoming HTTP requests';

function closed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve);
  });
}
