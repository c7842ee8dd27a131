import type { Connector } from '../../../core/remote-config/applied.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import { type CloudflareCalls, isRateLimited } from '../calls/calls.ts';
import type { CloudflareClient } from '../calls/client.ts';
import { isGone } from '../calls/errors.ts';
import type { TunnelLists } from './lists.ts';
import { onTunnels } from './tunnels.ts';

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
