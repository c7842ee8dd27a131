import type { Connector } from '../../../core/remote-config/applied.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import { type CloudflareCalls, isRateLimited } from '../calls/calls.ts';
import type { CloudflareClient } from '../calls/client.ts';
import { isGone } from '../calls/errors.ts';
import type { TunnelLists } from './lists.ts';
import { onTunnels } from './tunnels.ts';

interface OneConnector {
  readonly tunnelId: string;
  readonly connector: string;
}

export type Connectors = ReturnType<typeof openConnectors>;

export function openConnectors(calls: CloudflareCalls, lists: TunnelLists) {
  return {
    /** The token with which a connector would connect. It holds the tunnel's secret. */
    connectorToken: (accountId: string, tunnelId: string, signal: AbortSignal): Promise<string> =>
      calls.make({
        ...onTunnels('read the token of the tunnel', accountId),
        send: (client) =>
          client.zeroTrust.tunnels.cloudflared.token.get(tunnelId, { account_id: accountId }, { signal }),
      }),
    /** Replaces the secret, so that no connector can connect with the former token. Those that are connected stay. */
    setTunnelSecret: (accountId: string, tunnelId: string, secret: string, signal: AbortSignal): Promise<void> =>
      calls.make({
        ...onTunnels('set the secret of the tunnel', accountId),
        send: async (client) => {
          const change = { account_id: accountId, tunnel_secret: secret };
          await client.zeroTrust.tunnels.cloudflared.edit(tunnelId, change, { signal });
        },
      }),
    /** The connectors of a tunnel, whoever runs them; `undefined`: calls run short, and none are known. */
    async connectors(accountId: string, tunnelId: string, maxAgeMs: number, signal: AbortSignal) {
      try {
        return await calls.cached(lists.connectors.of(tunnelId), maxAgeMs, {
          ...onTunnels('list the connectors of the tunnel', accountId),
          urgency: 'drift',
          send: (client) => listConnectors(client, { accountId, tunnelId }, signal),
        });
      } catch (error) {
        if (isRateLimited(error)) return undefined;
        if (!(error instanceof OperatorError) || !isGone(error.cause)) throw error;
        // The tunnel is gone, so a list that still has it is wrong.
        lists.tunnels.of(accountId).expire();
        return [];
      }
    },
    dropConnections: (accountId: string, tunnelId: string, signal: AbortSignal): Promise<void> =>
      calls.make({
        ...onTunnels('clean up the connections of the tunnel', accountId),
        send: (client) =>
          client.zeroTrust.tunnels.cloudflared.connections
            .delete(tunnelId, { account_id: accountId }, { signal })
            .then(() => undefined, ignoreGone),
      }),
    /** Drops the connections of one connector; it connects again if its token is in force. */
    async dropConnector(accountId: string, { tunnelId, connector }: OneConnector, signal: AbortSignal): Promise<void> {
      await calls.make({
        ...onTunnels('clean up the connections of a connector', accountId),
        send: (client) =>
          client.zeroTrust.tunnels.cloudflared.connections
            .delete(tunnelId, { account_id: accountId, client_id: connector }, { signal })
            .then(() => undefined, ignoreGone),
      });
      lists.connectors.of(tunnelId).expire();
    },
  };
}

/** Connectors that have just disconnected are listed for some minutes more; they are left out. */
async function listConnectors(
  client: CloudflareClient,
  { accountId, tunnelId }: { readonly accountId: string; readonly tunnelId: string },
  signal: AbortSignal,
): Promise<readonly Connector[]> {
  const { connections } = client.zeroTrust.tunnels.cloudflared;
  const { result } = await connections.get(tunnelId, { account_id: accountId }, { signal });
  return result.flatMap(({ id = '', config_version: configVersion = -1, conns = [] }) =>
    conns.some((connection) => connection.is_pending_reconnect !== true) ? [{ id, configVersion }] : [],
  );
}

function ignoreGone(error: unknown): void {
  if (!isGone(error)) throw error;
}
