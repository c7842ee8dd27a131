import { type MetricsAddress, type ProcessStart, readSettings } from './cloudflared-settings.ts';
import { startConnector } from './connector.ts';
import type { DialOrigin } from './dial-origin.ts';
import { startMetricsServer } from './metrics-server.ts';

export interface RunContext {
  readonly dial: DialOrigin;
  readonly log: (line: string) => void;
  /** The actual address of the metrics listener, if it differs from the configured one. */
  readonly metrics?: MetricsAddress;
  /** Maximum first delay between registration attempts. cloudflared's default is 10 s. */
  readonly retryBaseMs?: number;
  /** Delay between opening two connections. cloudflared's default is 1 s. */
  readonly spacingMs?: number;
}

/** A running `cloudflared tunnel run`. */
export interface CloudflaredRun {
  readonly exited: Promise<number>;
  /** SIGTERM. */
  readonly terminate: () => void;
  /** SIGKILL. */
  readonly kill: () => void;
  /** `host:port` of the metrics listener for its configured port. Undefined for other ports, and before it listens. */
  readonly metricsAt: (port: number) => string | undefined;
}

/** Runs a connector with the arguments, environment and files of cloudflared. Throws `EarlyExit`. */
export function runCloudflared(start: ProcessStart, context: RunContext): CloudflaredRun {
  const { metrics: told, gracePeriodMs, ...settings } = readSettings(start);
  const { dial, log, retryBaseMs, spacingMs } = context;
  const connector = startConnector({
    ...settings,
    files: start.files,
    socketPath: start.socketPath,
    rootsPem: trustedRoots(start),
    dial,
    log,
    ...(retryBaseMs !== undefined && { retryBaseMs }),
    ...(spacingMs !== undefined && { spacingMs }),
  });
  const metrics = startMetricsServer(connector, context.metrics ?? told);
  return {
    exited: connector.exited.then(async (code) => {
      await metrics.stop();
      return code;
    }),
    terminate: () => connector.stop(gracePeriodMs),
    kill: () => connector.kill(),
    metricsAt: (port) => (port === told.port && !isPrivate(told.host) ? metrics.address() : undefined),
  };
}

/** A listener on the container's own loopback is not reachable from outside. */
function isPrivate(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '::1';
}

/** Go's variable for the file of trusted certificates. */
function trustedRoots({ env, files }: ProcessStart): string | undefined {
  const { SSL_CERT_FILE: file } = env;
  return file === undefined ? undefined : files.get(file);
}
