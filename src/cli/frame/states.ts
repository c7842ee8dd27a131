/** The states before and after the files. */
import { isCertificate } from '../../adapters/certificate.ts';
import { renderConfig } from '../../adapters/cloudflared/config-yaml.ts';
import { fingerprint } from '../../adapters/digest.ts';
import { readCertificates, readClusterObjects } from '../../adapters/kubernetes/cluster-objects.ts';
import { sourceKinds } from '../../adapters/kubernetes/source-kinds.ts';
import type { KubeObject, ObjectKey } from '../../api/objects.ts';
import { applyObjects } from '../../core/preview/apply.ts';
import { type RoutedState, type RoutingTools, routeState, unreadPools } from '../../core/preview/routed-state.ts';
import { stateOf } from '../../core/preview/state.ts';
import { PARSERS } from '../../wiring/parsers.ts';
import { SOURCES } from '../../wiring/sources.ts';
import type { Connection } from './connect.ts';

export interface Compared {
  readonly before: RoutedState;
  readonly after: RoutedState;
}

const TOOLS: RoutingTools = { ...PARSERS, isCertificate, fingerprint, renderConfig };

export function compareStates(
  before: readonly KubeObject[],
  after: readonly KubeObject[],
  missing: ReadonlySet<ObjectKey> = new Set(),
): Compared {
  const kinds = sourceKinds(SOURCES);
  const first = routeState(stateOf(before, kinds), { tools: TOOLS, missing });
  return { before: first, after: routeState(stateOf(after, kinds), { tools: TOOLS, missing, before: first }) };
}

/** The state of a cluster as it is. */
export async function readRoutedState(
  connection: Connection,
): Promise<{ readonly routed: RoutedState; readonly notes: readonly string[] }> {
  const { compared, notes } = await compareLive(connection, [], '');
  return { routed: compared.after, notes };
}

/** The same for a cluster. Certificates that routes refer to are read by name, and only those. */
export async function compareLive(
  { cluster, ownNamespace }: Connection,
  files: readonly KubeObject[],
  now: string,
): Promise<{ readonly compared: Compared; readonly notes: readonly string[] }> {
  const { objects, notes } = await readClusterObjects(cluster, SOURCES, ownNamespace);
  const compared = compareStates(objects, applyObjects(objects, files, now));
  const unread = [...new Set([...unreadPools(compared.before), ...unreadPools(compared.after)])];
  if (unread.length === 0) return { compared, notes };
  const { objects: certificates, missing } = await readCertificates(cluster, unread);
  const all = [...objects, ...certificates];
  return { compared: compareStates(all, applyObjects(all, files, now), missing), notes };
}
