import type { EdgeConnection, RegisteredConnection, TunnelRegistry } from '../edge/tunnel-registry.ts';
import { newUuid } from './state/ids.ts';
import type { Tunnel } from './state/model.ts';

export interface SimulatedConnectorOptions {
  readonly id?: string;
  readonly version?: string;
  readonly originIp?: string;
  /** Default: 4. */
  readonly connections?: number;
  readonly configure?: EdgeConnection['configure'];
  /** Called when one of its connections is closed. */
  readonly dropped?: () => void;
}

export interface SimulatedConnector {
  readonly id: string;
  /** Ends its connections without notice, like a machine that loses power. */
  disconnect(): void;
}

/** Registers a connector that serves no requests. */
export function simulateConnector(
  tunnel: Tunnel,
  registry: TunnelRegistry,
  options: SimulatedConnectorOptions = {},
): SimulatedConnector {
  const id = options.id ?? newUuid();
  const registered = Array.from({ length: options.connections ?? 4 }, (_, connIndex) => {
    return registerOne(tunnel, registry, { id, connIndex, options });
  });
  return { id, disconnect: () => registered.forEach((each) => each.lost()) };
}

function registerOne(
  tunnel: Tunnel,
  registry: TunnelRegistry,
  {
    id,
    connIndex,
    options,
  }: { readonly id: string; readonly connIndex: number; readonly options: SimulatedConnectorOptions },
): RegisteredConnection {
  const outcome = registry.register(
    {
      accountTag: tunnel.accountId,
      tunnelSecret: tunnel.secret,
      tunnelId: tunnel.id,
      connIndex,
      connector: { id, features: [], version: options.version ?? '2026.8.2', arch: 'linux_amd64' },
      originLocalIp: '',
      replaceExisting: false,
      previousAttempts: 0,
    },
    {
      originIp: options.originIp ?? '203.0.113.7',
      location: 'fra01',
      open: () => undefined,
      configure: options.configure ?? (({ version }) => Promise.resolve({ lastAppliedVersion: version, err: null })),
      drop: () => options.dropped?.(),
    },
  );
  if (outcome.kind === 'refused') throw new Error(`the edge refused the connector: ${outcome.cause}`);
  return outcome;
}
