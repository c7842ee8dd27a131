import { randomBytes } from 'node:crypto';
import { refusal } from '../http/api-error.ts';
import type { Call, Reply } from '../http/endpoint.ts';
import { json, param } from '../http/endpoint.ts';
import { objectBody } from '../http/object-body.ts';
import { pageOf } from '../http/paging.ts';
import { newUuid, timestamp } from '../state/ids.ts';
import type { Tunnel } from '../state/model.ts';
import { invalidTunnelRequest, liveTunnelInPath, tunnelInPath, tunnelNotFound } from './tunnel-errors.ts';
import { tunnelFilter } from './tunnel-filter.ts';
import { liveTunnels, readConfigSource, readName, readSecret } from './tunnel-input.ts';
import { tunnelObject } from './tunnel-object.ts';
import { credentialsFile, tunnelToken } from './tunnel-token.ts';

const TUNNEL_PAGE = { standard: 100, maximum: 1000 };

/** Returns the secret in both formats, so that the token need not be requested. */
export function createTunnel(call: Call): Reply {
  const body = objectBody(call);
  const name = readName(call, body['name']);
  if (liveTunnels(call).length >= call.assumptions.tunnelsPerAccount) {
    throw invalidTunnelRequest('You have reached the maximum number of tunnels'); // Assumption: code and message
  }
  const tunnel: Tunnel = {
    id: newUuid(),
    accountId: param(call, 'account'),
    name,
    secret:
      body['tunnel_secret'] === undefined ? randomBytes(32).toString('base64') : readSecret(body['tunnel_secret']),
    configSource: readConfigSource(body['config_src']),
    createdAt: timestamp(call.cloud.now()),
    deletedAt: null,
    configuration: undefined,
    hasRoutes: false,
  };
  call.cloud.tunnels.put(tunnel);
  return json({
    ...tunnelObject(tunnel, call),
    credentials_file: credentialsFile(tunnel),
    token: tunnelToken(tunnel),
  });
}

export function listTunnels(call: Call): Reply {
  const account = param(call, 'account');
  const { tunnels } = call.cloud;
  const all = call.readsAsOf === undefined ? tunnels.values() : tunnels.asOf(call.readsAsOf);
  const matches = all.filter((tunnel) => tunnel.accountId === account).filter(tunnelFilter(call.query, call));
  return pageOf(matches, call.query, TUNNEL_PAGE, call.assumptions, (tunnel) => tunnelObject(tunnel, call));
}

/** Returns deleted tunnels too, with `deleted_at`. */
export function showTunnel(call: Call): Reply {
  return json(tunnelObject(tunnelInPath(call), call));
}

/** Connectors with the old secret can no longer register. Existing connections stay open. */
export function editTunnel(call: Call): Reply {
  const tunnel = liveTunnelInPath(call);
  const { name, tunnel_secret: secret } = objectBody(call);
  const edited: Tunnel = {
    ...tunnel,
    ...(name === undefined ? {} : { name: readName(call, name, tunnel.id) }),
    ...(secret === undefined ? {} : { secret: readSecret(secret) }),
  };
  call.cloud.tunnels.put(edited);
  return json(tunnelObject(edited, call));
}

/**
 * Soft-deletes a tunnel. Fails while something depends on the tunnel, unless `cascade=true`. Never deletes DNS records.
 */
export function deleteTunnel(call: Call): Reply {
  const tunnel = tunnelInPath(call);
  if (tunnel.deletedAt !== null) return deleteAgain(tunnel, call);
  const cascades = call.query.get('cascade') === 'true' && call.assumptions.cascadeHonoured;
  if (!cascades) assertUnused(tunnel, call);
  const deleted: Tunnel = { ...tunnel, hasRoutes: false, deletedAt: timestamp(call.cloud.now()) };
  call.cloud.tunnels.put(deleted);
  call.connectors.drop(tunnel.id);
  return json(tunnelObject(deleted, call));
}

export function showToken(call: Call): Reply {
  return json(tunnelToken(liveTunnelInPath(call)));
}

/** Returns a short-lived token for `cloudflared tail`, which the sandbox accepts nowhere. */
export function createManagementToken(call: Call): Reply {
  const tunnel = liveTunnelInPath(call);
  const { resources } = objectBody(call);
  if (!Array.isArray(resources) || resources.length === 0) throw invalidTunnelRequest('resources must not be empty');
  const claims = { tun: { id: tunnel.id, account_tag: tunnel.accountId }, res: resources };
  const parts = [{ alg: 'ES256', typ: 'JWT' }, claims].map((part) => base64Url(JSON.stringify(part)));
  return json([...parts, base64Url('not a signature')].join('.'));
}

function deleteAgain(tunnel: Tunnel, call: Call): Reply {
  if (call.assumptions.deleteOfDeletedTunnel === 'not-found') throw tunnelNotFound(call);
  return json(tunnelObject(tunnel, call));
}

function assertUnused(tunnel: Tunnel, call: Call): void {
  const status = call.assumptions.tunnelInUseStatus;
  if (call.connectors.listedConnectorsOf(tunnel.id).length > 0) {
    throw refusal(status, 1022, 'Cannot delete tunnel because it has active connections');
  }
  if (tunnel.hasRoutes) {
    const advice = `You can delete the route with \`cloudflared tunnel route ip delete\``;
    throw refusal(status, 1023, `Cannot delete tunnel because it has Warp routing configured. ${advice}`);
  }
}

function base64Url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
