import type { Resolution } from '../kubelet/cluster-dns.ts';
import type { Edge } from './edge.ts';

/** The sites of teams are at the edge, for connectors too. */
export function teamSiteAt(hostPort: string, { secureUrl }: Edge): Resolution | undefined {
  const isTeamSite = hostPort.endsWith('.cloudflareaccess.com:443');
  return isTeamSite ? { kind: 'address', address: new URL(secureUrl).host } : undefined;
}
