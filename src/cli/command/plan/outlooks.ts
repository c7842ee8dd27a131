/** What the zones at Cloudflare tell about the records of Tunnels whose hostnames change. */
import { readZones } from '../../../adapters/cloudflare/read-only.ts';
import { digest } from '../../../adapters/digest.ts';
import { attempt } from '../../../adapters/kubernetes/installation.ts';
import type { KubeObject, ObjectKey, Tunnel } from '../../../api/objects.ts';
import { clusterMark, tunnelMark } from '../../../core/dns/mark.ts';
import { keyOf } from '../../../core/keys.ts';
import { type RecordOutlook, recordOutlook, zonesNeeded } from '../../../core/preview/record-changes.ts';
import { ruleChanges } from '../../../core/preview/rule-changes.ts';
import { sourceKey } from '../../../core/model/source.ts';
import { clusterName } from '../../frame/cluster-name.ts';
import type { Compared } from '../../frame/states.ts';
import type { Access } from './access.ts';

export interface Outlooks {
  readonly records: ReadonlyMap<ObjectKey, RecordOutlook>;
  readonly notes: readonly string[];
}

export async function readOutlooks(access: Access, compared: Compared, touched: readonly Tunnel[]): Promise<Outlooks> {
  const records = new Map<ObjectKey, RecordOutlook>();
  const notes: string[] = [];
  if (touched.length === 0) return { records, notes };
  const cluster = await clusterName(access.given, access.connection, compared.before);
  if (cluster === undefined)
    return {
      records,
      notes: ['Records were not compared, because the name of the cluster is not known. Give --cluster-name'],
    };
  for (const tunnel of touched) {
    const outlook = await outlookOf(access, compared, { tunnel, cluster });
    if ('problem' in outlook) notes.push(`Records of Tunnel ${keyOf(tunnel)} were not compared: ${outlook.problem}`);
    else records.set(keyOf(tunnel), outlook.value);
  }
  return { records, notes };
}

async function outlookOf(
  { connection, cloudflare }: Access,
  { before, after }: Compared,
  { tunnel, cluster }: { readonly tunnel: Tunnel; readonly cluster: string },
): Promise<{ readonly value: RecordOutlook } | { readonly problem: string }> {
  const opened = await cloudflare.openFor(connection, tunnel);
  if ('problem' in opened) return opened;
  const key = keyOf(tunnel);
  return attempt(async () => {
    const needed = (visible: Parameters<typeof zonesNeeded>[2]) => zonesNeeded([before, after], key, visible);
    const view = await readZones(opened.session, needed, cloudflare.known);
    const markOf = (one: ObjectKey): string => tunnelMark(cluster, one, digest);
    return recordOutlook([before, after], key, { view, ownership: { clusterMark: clusterMark(cluster), markOf } });
  });
}

/** Tunnels whose rules or spec change, and those that sources in the files attach to. */
export function tunnelsTouched({ before, after }: Compared, files: readonly KubeObject[]): readonly Tunnel[] {
  const named = new Set(files.map((file) => sourceKey(file.kind, keyOf(file))));
  const used = new Set(
    [...named].flatMap((source) => [before, after].map(({ table }) => table.results.get(source)?.tunnel)),
  );
  return after.state.tunnels.filter((tunnel) => {
    const key = keyOf(tunnel);
    const isNamed = named.has(sourceKey('Tunnel', key)) || used.has(key);
    return isNamed || ruleChanges(before.rules.get(key) ?? [], after.rules.get(key) ?? []).length > 0;
  });
}
