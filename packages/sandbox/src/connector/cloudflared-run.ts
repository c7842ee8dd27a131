import { type MetricsAddress, type ProcessStart, readSettings } from './cloudflared-settings.ts';
import { startConnector } from './connector.ts';
import type { DialOrigin } from './dial-origin.ts';
import { startMetricsServer } from './metrics-server.ts';

export interface RunContext {
  readonly dial: DialOrigin;
  readonly log: (line: string) => void;
  /** The actual address of the metrics listener, if it differs from the configured one. */
  readonly metrics?: MetricsAddress;
  /** Longest first delay between registration attempts; cloudflared's 10 s by default. */
  readonly retryBaseMs?: number;
  /** How long after one connection the next is opened; cloudflared's 1 s by default. */
  readonly spacingMs?: number;
}

/** A `cloudflared tunnel run` under way. */
export interface CloudflaredRun {
  readonly exited: Promise<number>;
  /** SIGTERM. */
  readonly terminate: () => void;
  /** SIGKILL. */
  readonly kill: () => void;
  /** `host:port` of the metrics listener for its configured port. Undefined for other ports, and until it listens. */
  readonly metricsAt: (port: number) => string | undefined;
}

/** Does what the program does, by the same arguments, environment and files. Throws `EarlyExit`. */
export function runCloudflared(start: ProcessStart, context: RunContext): CloudflaredRun {
  const { metrics: told, gracePeriodMs, ...settings } = readSettings(start);
  const { dial, log, retryBaseMs, spacingMs } = context;
  const connector = startConnector({
    ...settings,
    files: start.files,
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

/** What listens on a container's own loopback cannot be reached from outside of it. */
function isPrivate(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '::1';
}
