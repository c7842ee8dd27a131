import { parseIngress } from '../../connector/ingress-rules.ts';
import { refusal } from '../http/api-error.ts';
import type { Call, Reply } from '../http/endpoint.ts';
import { json } from '../http/endpoint.ts';
import { objectBody } from '../http/object-body.ts';
import { timestamp } from '../state/ids.ts';
import type { Tunnel } from '../state/model.ts';
import { liveTunnelInPath, tunnelNotFound } from './tunnel-errors.ts';

export function showConfiguration(call: Call): Reply {
  const tunnel = liveTunnelInPath(call);
  const isMissing = tunnel.configuration === undefined && call.assumptions.unconfiguredTunnel === 'not-found';
  if (isMissing) throw tunnelNotFound(call);
  return json(configurationObject(tunnel));
}

/**
 * Replaces the whole configuration, increments its version and sends it to the connectors of a remotely managed tunnel.
 * Assumption: a locally managed tunnel accepts it too, and its connectors never receive it.
 */
export function putConfiguration(call: Call): Reply {
  const tunnel = liveTunnelInPath(call);
  const { config } = objectBody(call);
  assertValid(config ?? {}, call);
  const configured: Tunnel = {
    ...tunnel,
    configuration: {
      version: (tunnel.configuration?.version ?? 0) + 1,
      config: config ?? {},
      createdAt: timestamp(call.cloud.now()),
    },
  };
  call.cloud.tunnels.put(configured);
  call.connectors.push(configured);
  return json(configurationObject(configured));
}

function assertValid(config: unknown, call: Call): void {
  try {
    parseIngress(config, 'json');
  } catch (error) {
    const reason = `Bad Configuration: Validation failed: ${(error as Error).message}`;
    throw refusal(call.assumptions.invalidConfigurationStatus, 1056, reason);
  }
}

function configurationObject(tunnel: Tunnel): unknown {
  return {
    account_id: tunnel.accountId,
    tunnel_id: tunnel.id,
    version: tunnel.configuration?.version ?? 0,
    config: tunnel.configuration?.config ?? null,
    source: tunnel.configSource,
    created_at: tunnel.configuration?.createdAt ?? tunnel.createdAt,
  };
}
