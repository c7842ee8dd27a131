import { GATEWAY_GROUP } from '../../api/gateway-objects.ts';
import type { ClusterReader } from './cluster-reader.ts';
import { type WatchedName, watchedKind } from './watched-kinds.ts';

interface KindOfSource {
  readonly plural: WatchedName;
}

export interface InstalledKinds<Source extends KindOfSource> {
  readonly sources: readonly Source[];
  /** What decides about the routes of other objects. */
  readonly related: readonly WatchedName[];
}

const GATEWAY_KINDS: readonly WatchedName[] = [
  'gatewayclasses',
  'gateways',
  'listenersets',
  'backendtlspolicies',
  'referencegrants',
  'namespaces',
];

/** Leaves out the kinds of the Gateway API where it is not installed: one question instead of a list of each. */
export async function installedKinds<Source extends KindOfSource>(
  cluster: Pick<ClusterReader, 'servedVersions'>,
  sources: readonly Source[],
): Promise<InstalledKinds<Source>> {
  const hasGateways = (await cluster.servedVersions(GATEWAY_GROUP)).length > 0;
  return {
    sources: sources.filter(({ plural }) => hasGateways || watchedKind(plural).isAddOn !== true),
    related: ['ingressclasses', ...(hasGateways ? GATEWAY_KINDS : [])],
  };
}
