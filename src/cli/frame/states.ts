/** The states before and after the files. */
import { isCertificate } from '../../adapters/certificate.ts';
import { renderConfig } from '../../adapters/cloudflared/config-yaml.ts';
import { fingerprint } from '../../adapters/digest.ts';
import { readAccessPolicies } from '../../adapters/kubernetes/access-policies.ts';
import { readCertificates, readClusterObjects } from '../../adapters/kubernetes/cluster-objects.ts';
import { sourceKinds } from '../../adapters/kubernetes/source-kinds.ts';
import type { KubeObject, ObjectKey } from '../../api/objects.ts';
import { applyObjects } from '../../core/preview/apply.ts';
import { type RoutedState, type RoutingTools, routeState, unreadPools } from '../../core/preview/routed-state.ts';
import type { PolicyScope } from '../../core/preview/known-policies.ts';
import { type ClusterState, stateOf } from '../../core/preview/state.ts';
import { PARSERS } from '../../wiring/parsers.ts';
import { SOURCES } from '../../wiring/sources.ts';
import type { Connection } from './connect.ts';

export interface Compared {
  readonly before: RoutedState;
  readonly after: RoutedState;
}

const TOOLS: RoutingTools = { ...PARSERS, isCertificate, fingerprint, renderConfig };

/** What is known about objects that are not there. */
export interface Absences {
  /** Objects with certificates of which it is known that they do not exist. */
  readonly missing?: ReadonlySet<ObjectKey>;
  /** Default: none were read. */
  readonly policiesOf?: PolicyScope;
}

export function compareStates(
  before: readonly KubeObject[],
  after: readonly KubeObject[],
  { missing = new Set(), policiesOf = new Set() }: Absences = {},
): Compared {
  const kinds = sourceKinds(SOURCES);
  const state = (objects: readonly KubeObject[]): ClusterState => stateOf(objects, kinds, policiesOf);
  const first = routeState(state(before), { tools: TOOLS, missing });
  return { before: first, after: routeState(state(after), { tools: TOOLS, missing, before: first }) };
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
  const [{ objects: others, notes }, policies] = await Promise.all([
    readClusterObjects(cluster, SOURCES, ownNamespace),
    readAccessPolicies(cluster, ownNamespace),
  ]);
  const { policiesOf } = policies;
  const objects = [...others, ...policies.objects];
  const compared = compareStates(objects, applyObjects(objects, files, now), { policiesOf });
  const unread = [...new Set([...unreadPools(compared.before), ...unreadPools(compared.after)])];
  if (unread.length === 0) return { compared, notes };
  const { objects: certificates, missing } = await readCertificates(cluster, unread);
  const all = [...objects, ...certificates];
  return { compared: compareStates(all, applyObjects(all, files, now), { missing, policiesOf }), notes };
}
