import type { Connector, ConnectorRegistry } from '../edge/connection.ts';
import { newUuid } from './state/ids.ts';
import type { Tunnel } from './state/model.ts';

export interface SimulatedConnectorOptions {
  readonly id?: string;
  readonly version?: string;
  readonly originIp?: string;
  /** 4 by default. */
  readonly connections?: number;
}

export interface SimulatedConnector {
  readonly id: string;
  disconnect(): void;
}

/** Registers a connector of which only the registration is real: it answers every request with 503. */
export function simulateConnector(
  tunnel: Tunnel,
  registry: ConnectorRegistry,
  options: SimulatedConnectorOptions = {},
): SimulatedConnector {
  const connector: Connector = {
    id: options.id ?? newUuid(),
    version: options.version ?? '2026.8.2',
    originIp: options.originIp ?? '203.0.113.7',
    connections: options.connections ?? 4,
    serve: (_request, response) => response.writeHead(503).end(),
  };
  const credentials = { accountTag: tunnel.accountId, tunnelId: tunnel.id, tunnelSecret: tunnel.secret };
  const registration = registry.register(credentials, connector);
  if (registration.kind === 'refused') throw new Error(`the edge refused the connector: ${registration.cause}`);
  return { id: connector.id, disconnect: () => registration.unregister() };
}
