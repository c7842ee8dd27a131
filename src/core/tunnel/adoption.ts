/**
 * Decides by what Cloudflare says whether credentials without an owner are a Tunnel's own. The Secret may be a copy: of
 * a namespace that was cloned and whose original still runs, or from a cluster of another name.
 */
import type { TunnelCredentials } from './credentials.ts';
import type { RemoteFacts } from './remote.ts';

export interface AdoptionFacts extends Pick<RemoteFacts, 'name' | 'existing' | 'lastId' | 'tunnels'> {
  /** The account that the Tunnel works in. */
  readonly accountId: string;
}

/** Why the credentials are not adopted; `undefined`: they are this Tunnel's, or lead to no tunnel at all. */
export function adoptionProblem(stored: TunnelCredentials, facts: AdoptionFacts): string | undefined {
  const { tunnelId } = stored;
  if (tunnelId !== undefined && tunnelId === facts.lastId) return undefined;
  if (stored.accountId !== facts.accountId) return `its credentials are for account ${stored.accountId}`;
  const tunnel = facts.tunnels.find(({ id }) => id === tunnelId);
  const { existing } = facts;
  const isOurs =
    existing === undefined ? tunnel?.name === facts.name : tunnel?.id === existing.id || tunnel?.name === existing.name;
  if (tunnel === undefined || isOurs) return undefined;
  return `it holds the credentials of tunnel "${tunnel.name}" (${tunnel.id}), and this Tunnel's is called "${facts.name}"; ${wayIn(tunnel.name, facts.name)}`;
}

/** Names are `<cluster>/<namespace>/<name>`: where only the cluster differs, it was rebuilt or copied. */
function wayIn(theirs: string, ours: string): string {
  const [cluster, ...rest] = theirs.split('/');
  const isOfOtherCluster = rest.length > 0 && rest.join('/') === ours.split('/').slice(1).join('/');
  if (isOfOtherCluster) return `if cluster "${cluster}" is gone, run the operator with --cluster-name=${cluster}`;
  return 'a new Tunnel with spec.existingTunnel takes it over';
}
