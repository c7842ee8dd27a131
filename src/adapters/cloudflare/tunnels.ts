import type { RemoteTunnel } from '../../core/tunnel/remote.ts';
import type { CloudflareClient } from './client.ts';
import { hasCode, hasStatus, isGone } from './errors.ts';
import { readPages } from './paging.ts';

/** Most that the API gives at once. */
const TUNNELS_PER_PAGE = 1000;

/** Without `is_deleted` the list holds the tombstones too. */
export async function listTunnels(
  client: CloudflareClient,
  accountId: string,
  signal: AbortSignal,
): Promise<readonly RemoteTunnel[]> {
  const tunnels = await readPages(TUNNELS_PER_PAGE, (page) =>
    client.zeroTrust.tunnels.cloudflared.list(
      { account_id: accountId, is_deleted: false, page, per_page: TUNNELS_PER_PAGE },
      { signal },
    ),
  );
  return tunnels.map(remoteTunnel);
}

/** The secret is ours, so the answer's token is not needed. `undefined`: the name is taken. */
export async function createTunnel(
  client: CloudflareClient,
  accountId: string,
  name: string,
  secret: string,
  signal: AbortSignal,
): Promise<RemoteTunnel | undefined> {
  try {
    const tunnel = await client.zeroTrust.tunnels.cloudflared.create(
      { account_id: accountId, name, tunnel_secret: secret, config_src: 'local' },
      { signal },
    );
    return remoteTunnel(tunnel);
  } catch (error) {
    if (hasStatus(error, 409) || hasCode(error, 1013)) return undefined;
    throw error;
  }
}

export function readConnectorToken(
  client: CloudflareClient,
  accountId: string,
  tunnelId: string,
  signal: AbortSignal,
): Promise<string> {
  return client.zeroTrust.tunnels.cloudflared.token.get(tunnelId, { account_id: accountId }, { signal });
}

/** Ids of the connectors that are connected; those that have just gone are listed for some minutes more. */
export async function listConnectors(
  client: CloudflareClient,
  accountId: string,
  tunnelId: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { connections } = client.zeroTrust.tunnels.cloudflared;
  const { result } = await connections.get(tunnelId, { account_id: accountId }, { signal });
  return result.flatMap(({ id = '', conns = [] }) =>
    conns.some((connection) => connection.is_pending_reconnect !== true) ? [id] : [],
  );
}

export async function dropConnections(
  client: CloudflareClient,
  accountId: string,
  tunnelId: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await client.zeroTrust.tunnels.cloudflared.connections.delete(tunnelId, { account_id: accountId }, { signal });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** 1022: connectors still hold the tunnel. */
export async function deleteTunnel(
  client: CloudflareClient,
  accountId: string,
  tunnelId: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await client.zeroTrust.tunnels.cloudflared.delete(tunnelId, { account_id: accountId }, { signal });
    return true;
  } catch (error) {
    if (isGone(error)) return true;
    if (hasCode(error, 1022)) return false;
    throw error;
  }
}

function remoteTunnel(tunnel: { id?: string; name?: string; config_src?: string }): RemoteTunnel {
  return { id: tunnel.id ?? '', name: tunnel.name ?? '', isRemotelyManaged: tunnel.config_src === 'cloudflare' };
}
