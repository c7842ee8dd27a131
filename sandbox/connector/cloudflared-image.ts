import type { Container, ContainerStart, Image } from '../kubelet/image.ts';
import { type CloudflaredSettings, EarlyExit, readSettings } from './cloudflared-settings.ts';
import type { ConnectorRegistry } from '../edge/connection.ts';
import { startConnector } from './connector.ts';
import { startMetricsServer } from './metrics-server.ts';
import type { ResolveOrigin } from './origin-agent.ts';

export interface CloudflaredImageOptions {
  readonly registry: ConnectorRegistry;
  readonly resolveOrigin: ResolveOrigin;
  /** Longest first delay between registration attempts; cloudflared's 10 s by default. */
  readonly retryBaseMs?: number;
}

/** What the image starts when the container sets no `command`. */
const ENTRYPOINT = ['cloudflared', '--no-autoupdate'];

/** The image `cloudflare/cloudflared`: reads arguments, environment and files as the binary does, and runs a connector. */
export function cloudflaredImage(options: CloudflaredImageOptions): Image {
  return {
    matches: /(?:^|\/)cloudflare\/cloudflared(?:[:@]|$)/,
    start: (container) => startContainer(container, options),
  };
}

function startContainer(container: ContainerStart, options: CloudflaredImageOptions): Container {
  const [, ...argv] = [...(container.command.length > 0 ? container.command : ENTRYPOINT), ...container.args];
  try {
    return runConnector(container, readSettings({ argv, env: container.env, files: container.files }), options);
  } catch (error) {
    if (!(error instanceof EarlyExit)) throw error;
    container.log(error.message);
    return endedContainer(error.code);
  }
}

function runConnector(
  container: ContainerStart,
  settings: CloudflaredSettings,
  { registry, resolveOrigin, retryBaseMs }: CloudflaredImageOptions,
): Container {
  const { metricsPort, gracePeriodMs, ...rest } = settings;
  const connector = startConnector({
    ...rest,
    files: container.files,
    registry,
    resolveOrigin,
    log: (line) => container.log(line),
    ...(retryBaseMs === undefined ? {} : { retryBaseMs }),
  });
  const metrics = startMetricsServer(connector);
  const exited = connector.exited.then(async (code) => {
    await metrics.stop();
    return code;
  });
  return {
    exited,
    terminate: () => void connector.stop(gracePeriodMs),
    kill: () => void connector.stop(0), // until connectors hold real connections, nobody can tell the difference
    addressOf: (port) => (port === metricsPort ? metrics.address() : undefined),
  };
}

function endedContainer(code: number): Container {
  return {
    exited: Promise.resolve(code),
    terminate: () => undefined,
    kill: () => undefined,
    addressOf: () => undefined,
  };
}
