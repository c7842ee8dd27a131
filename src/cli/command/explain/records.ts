import { readZones } from '../../../adapters/cloudflare/read-only.ts';
import { digest } from '../../../adapters/digest.ts';
import { attempt } from '../../../adapters/kubernetes/installation.ts';
import type { ObjectKey } from '../../../api/objects.ts';
import { clusterMark, tunnelMark } from '../../../core/dns/mark.ts';
import type { Explanation } from '../../../core/explain/explain.ts';
import { type RecordFinding, recordsAt } from '../../../core/explain/records.ts';
import { keyOf } from '../../../core/keys.ts';
import { zonesNeeded } from '../../../core/preview/record-changes.ts';
import type { RoutedState } from '../../../core/preview/routed-state.ts';
import type { CloudflareAccess } from '../../frame/cloudflare.ts';
import { clusterName } from '../../frame/cluster-name.ts';
import type { Connection } from '../../frame/connect.ts';
import type { Given } from '../../frame/definition.ts';

interface Access {
  readonly given: Given;
  readonly connection: Connection;
  readonly cloudflare: CloudflareAccess;
}

/** The records at the hostname, or why they could not be read; `undefined`: no Tunnel has it. */
export async function readRecords(
  { given, connection, cloudflare }: Access,
  routed: RoutedState,
  { holder, hostname }: Explanation,
): Promise<RecordFinding | { readonly problem: string } | undefined> {
  const tunnel = routed.state.tunnels.find((one) => keyOf(one) === holder?.tunnel);
  if (tunnel === undefined) return undefined;
  const opened = await cloudflare.openFor(connection, tunnel);
  if ('problem' in opened) return opened;
  const cluster = await clusterName(given, connection, routed);
  if (cluster === undefined) return { problem: 'the name of the cluster is not known. Give --cluster-name' };
  const key = keyOf(tunnel);
  const found = await attempt(async () => {
    const view = await readZones(opened.session, (visible) => zonesNeeded([routed], key, visible), cloudflare.known);
    const markOf = (one: ObjectKey): string => tunnelMark(cluster, one, digest);
    return recordsAt(hostname, routed, { tunnel: key, view, ownership: { clusterMark: clusterMark(cluster), markOf } });
  });
  return 'problem' in found ? found : found.value;
}
