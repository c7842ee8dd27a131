/** The name of the cluster in record marks, as far as the objects of the cluster tell it. */
import type { Tunnel } from '../../api/objects.ts';

/** A tunnel that the operator has named is called `<cluster>/<namespace>/<name>`. */
export function clusterNameIn(tunnels: readonly Tunnel[]): string | undefined {
  for (const { metadata, spec, status } of tunnels) {
    const isGenerated = spec.tunnelName === undefined && spec.existingTunnel === undefined;
    const suffix = `/${metadata.namespace}/${metadata.name}`;
    const name = status?.tunnelName ?? '';
    if (isGenerated && name.endsWith(suffix)) return name.slice(0, -suffix.length);
  }
  return undefined;
}
