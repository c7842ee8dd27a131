/**
 * Decides whether a Tunnel may adopt credentials that have lost their owner reference. The Secret may be a copy, from a
 * cloned namespace whose original still runs or from another cluster, so Cloudflare's list of tunnels decides.
 */
import type { TunnelCredentials } from './credentials.ts';
import type { RemoteFacts } from './remote.ts';

export interface AdoptionFacts extends Pick<RemoteFacts, 'name' | 'existing' | 'lastId' | 'tunnels'> {
  /** The account of the Tunnel. */
  readonly accountId: string;
}

/** Why the credentials are not adopted; `undefined`: they belong to this Tunnel, or to no existing tunnel. */
export function adoptionProblem(stored: TunnelCredentials, facts: AdoptionFacts): string | undefined {
  const { tunnelId } = stored;
  if (tunnelId !== undefined && tunnelId === facts.lastId) return undefined;
  if (stored.accountId !== facts.accountId) return `its credentials are for account ${stored.accountId}`;
  const tunnel = facts.tunnels.find(({ id }) => id === tunnelId);
  const { existing } = facts;
  const isOurs =
    existing === undefined ? tunnel?.name === facts.name : tunnel?.id === existing.id || tunnel?.name === existing.name;
  if (tunnel === undefined || isOurs) return undefined;
  return `it contains the credentials of tunnel "${tunnel.name}" (${tunnel.id}), but the tunnel of this Tunnel is named "${facts.name}"; ${remedyFor(tunnel.name, facts.name)}`;
}

/** Names are `<cluster>/<namespace>/<name>`. If only the cluster differs, the cluster was rebuilt or copied. */
function remedyFor(theirs: string, ours: string): string {
  const [cluster, ...rest] = theirs.split('/');
  const isOfOtherCluster = rest.length > 0 && rest.join('/') === ours.split('/').slice(1).join('/');
  if (isOfOtherCluster) return `if cluster "${cluster}" is gone, run the operator with --cluster-name=${cluster}`;
  return 'to take it over, create a new Tunnel with spec.existingTunnel';
}
