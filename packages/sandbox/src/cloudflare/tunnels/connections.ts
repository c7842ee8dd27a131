import { refusal } from '../http/api-error.ts';
import type { Call, Reply } from '../http/endpoint.ts';
import { json, param } from '../http/endpoint.ts';
import { liveTunnelInPath, tunnelInPath } from './tunnel-errors.ts';
import { clientObject } from './tunnel-object.ts';

/** All connectors of the tunnel, without paging. */
export function listConnections(call: Call): Reply {
  const tunnel = tunnelInPath(call);
  return json(call.connectors.listedConnectorsOf(tunnel.id).map(clientObject));
}

/** Drops the connections of one connector (`client_id`), or of all. Running connectors register again. */
export function cleanUpConnections(call: Call): Reply {
  const tunnel = liveTunnelInPath(call);
  call.connectors.drop(tunnel.id, call.query.get('client_id') ?? undefined);
  return json(null);
}

export function showConnector(call: Call): Reply {
  const tunnel = tunnelInPath(call);
  const wanted = param(call, 'connector');
  const connector = call.connectors.listedConnectorsOf(tunnel.id).find(({ info }) => info.id === wanted);
  if (connector === undefined) throw refusal(404, call.assumptions.tunnelNotFoundCode, 'Connector not found');
  return json(clientObject(connector));
}
