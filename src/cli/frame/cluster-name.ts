import { readClusterUid } from '../../adapters/kubernetes/cluster-name.ts';
import { clusterNameIn } from '../../core/preview/cluster-name.ts';
import type { RoutedState } from '../../core/preview/routed-state.ts';
import type { Connection } from './connect.ts';
import type { Given } from './definition.ts';

/** The name of the cluster in record marks; `undefined`: nothing tells it. */
export async function clusterName(
  given: Given,
  { cluster }: Connection,
  { state }: RoutedState,
): Promise<string | undefined> {
  return given.text('cluster-name') ?? clusterNameIn(state.tunnels) ?? (await readClusterUid(cluster));
}
