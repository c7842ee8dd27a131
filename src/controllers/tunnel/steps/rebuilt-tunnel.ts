/** Looks for proof that a tunnel of our name, whose secret is lost, was created by this Tunnel in a rebuilt cluster. */
import type { ObjectKey } from '../../../api/objects.ts';
import { groupByZone } from '../../../core/dns/records.ts';
import type { Hostname } from '../../../core/model/hostname.ts';
import { writableZones } from '../../../core/model/zone.ts';
import { rebuildProblem } from '../../../core/tunnel/rebuilt.ts';
import type { RemoteTunnel } from '../../../core/tunnel/remote.ts';
import { unlessForbidden } from '../pass/attempt.ts';
import type { Access } from '../pass/ports.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';

export interface RebuiltTunnelPort {
  /** Hostnames that the Tunnel is to publish. */
  readonly wantedHostnames: (tunnel: ObjectKey) => readonly Hostname[];
}

/** What is missing in the proof; `undefined`: the tunnel is this Tunnel's. Reads only the zones of wanted hostnames. */
export async function findRebuildProblem(
  port: RebuiltTunnelPort,
  pass: TunnelPass,
  { access, candidate }: { readonly access: Access; readonly candidate: RemoteTunnel },
): Promise<string | undefined> {
  const { cloudflare, accountId } = access;
  const evidence = {
    tunnelId: candidate.id,
    isNameGenerated: pass.tunnel.spec.tunnelName === undefined,
    targets: await markedTargets(port, pass, access),
  };
  const early = rebuildProblem({ ...evidence, connectors: 0 });
  if (early !== undefined) return early;
  const connected = await cloudflare.connectors(accountId, candidate.id, pass.maxAgeMs.records, pass.signal);
  return rebuildProblem({ ...evidence, connectors: connected?.length });
}

/** To which tunnels the records with the mark of this Tunnel lead. Without records, or the permission to read them, none is known. */
async function markedTargets(
  { wantedHostnames }: RebuiltTunnelPort,
  { key, tunnel, settings, mark, clusterMark, maxAgeMs, signal }: TunnelPass,
  { cloudflare }: Access,
): Promise<readonly string[]> {
  if (settings.dnsMode === 'Disabled') return [];
  const visible = await cloudflare.zones(maxAgeMs.zones, signal);
  const writable = writableZones(visible, tunnel.spec.dns?.zones);
  const { zones } = groupByZone({ wanted: wantedHostnames(key), published: [] }, { visible, writable });
  const targets: string[] = [];
  for (const { zone } of zones) {
    const records =
      (await unlessForbidden(() => cloudflare.records(zone, { mark: clusterMark }, maxAgeMs.records, signal))) ?? [];
    const leading = records.filter(({ comment, type }) => comment === mark && type === 'CNAME');
    targets.push(...leading.map(({ content }) => content));
  }
  return targets;
}
