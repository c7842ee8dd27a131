import { UNCONFIGURED } from '../../../core/remote-config/configuration.ts';
import type { NewTunnel, RemoteTunnel } from '../../../core/tunnel/remote.ts';
import type { CloudflareCalls, Purpose } from '../calls/calls.ts';
import type { CloudflareClient } from '../calls/client.ts';
import { hasCode, hasStatus, isGone, isUnanswered } from '../calls/errors.ts';
import { readPages } from '../calls/paging.ts';
import type { TunnelLists } from './lists.ts';

/** Largest page that the API gives. */
const TUNNELS_PER_PAGE = 1000;

export type Tunnels = ReturnType<typeof openTunnels>;

export function openTunnels(calls: CloudflareCalls, lists: TunnelLists) {
  return {
    /** Every tunnel of an account that is not deleted. */
    tunnels: (accountId: string, maxAgeMs: number, signal: AbortSignal): Promise<readonly RemoteTunnel[]> =>
      calls.cached(lists.tunnels.of(accountId), maxAgeMs, {
        ...onTunnels('list the tunnels', accountId),
        send: (client) => listTunnels(client, accountId, signal),
      }),
    /** Time since the tunnels of an account were listed. */
    tunnelsAgeMs: (accountId: string): number => lists.tunnels.of(accountId).ageMs,
    /** Whether a tunnel of ours that the list lacks does not exist. */
    hasAllTunnels: (accountId: string): boolean => lists.tunnels.of(accountId).isAuthoritative,
    /** `undefined`: a tunnel of that name exists already. */
    async createTunnel(accountId: string, tunnel: NewTunnel, signal: AbortSignal) {
      const list = lists.tunnels.of(accountId);
      const created = await calls.make({
        ...onTunnels(`create the tunnel "${tunnel.name}"`, accountId),
        send: (client) =>
          create(client, { accountId, tunnel }, signal).catch((error: unknown) => {
            if (isUnanswered(error)) list.markUncertain();
            throw error;
          }),
      });
      if (created !== undefined) lists.configurations.of(created.id).learn(UNCONFIGURED);
      if (created !== undefined) list.amend((tunnels) => [...tunnels.filter(({ id }) => id !== created.id), created]);
      return created;
    },
    /** False: connectors still use it. A tunnel that is gone already counts as deleted. */
    async deleteTunnel(accountId: string, tunnelId: string, signal: AbortSignal): Promise<boolean> {
      const isDeleted = await calls.make({
        ...onTunnels('delete the tunnel', accountId),
        send: ({ zeroTrust: { tunnels } }) =>
          tunnels.cloudflared.delete(tunnelId, { account_id: accountId }, { signal }).then(() => true, falseIfInUse),
      });
      if (isDeleted) lists.forget(tunnelId);
      if (isDeleted) lists.tunnels.of(accountId).amend((tunnels) => tunnels.filter(({ id }) => id !== tunnelId));
      return isDeleted;
    },
  };
}

export function onTunnels(doing: string, accountId: string): Purpose {
  return { doing, permission: 'Cloudflare Tunnel Write', accountId };
}

/** Without `is_deleted` the list holds deleted tunnels too. */
async function listTunnels(client: CloudflareClient, accountId: string, signal: AbortSignal) {
  const tunnels = await readPages(TUNNELS_PER_PAGE, (page) =>
    client.zeroTrust.tunnels.cloudflared.list(
      { account_id: accountId, is_deleted: false, page, per_page: TUNNELS_PER_PAGE },
      { signal },
    ),
  );
  return tunnels.map(remoteTunnel);
}

/** 409 and code 1013: the name is taken. */
async function create(
  client: CloudflareClient,
  { accountId, tunnel }: { readonly accountId: string; readonly tunnel: NewTunnel },
  signal: AbortSignal,
) {
  const { name, secret, isRemotelyManaged } = tunnel;
  const config_src = isRemotelyManaged ? 'cloudflare' : 'local';
  try {
    const { cloudflared } = client.zeroTrust.tunnels;
    const body = { account_id: accountId, name, tunnel_secret: secret, config_src } as const;
    return remoteTunnel(await cloudflared.create(body, { signal }));
  } catch (error) {
    if (hasStatus(error, 409) || hasCode(error, 1013)) return undefined;
    throw error;
  }
}

/** 1022: connectors still use the tunnel. */
function falseIfInUse(error: unknown): boolean {
  if (isGone(error)) return true;
  if (hasCode(error, 1022)) return false;
  throw error;
}

function remoteTunnel(tunnel: { id?: string; name?: string; config_src?: string }): RemoteTunnel {
  return { id: tunnel.id ?? '', name: tunnel.name ?? '', isRemotelyManaged: tunnel.config_src === 'cloudflare' };
}
