import { LABEL_MANAGED_BY, MANAGED_BY, TUNNEL_KIND } from '../../api/names.ts';
import type { ConfigMap, KubeObject, ObjectKey, Secret, Tunnel } from '../../api/objects.ts';
import { followsNodes } from '../../core/lan/tunnel-addresses.ts';
import type { ClusterReader } from './cluster-reader.ts';
import { installedKinds } from './installed-kinds.ts';
import type { ResourceName } from './resource.ts';
import type { WatchedKindOfSource } from './source-kinds.ts';
import { type WatchedName, watchedKind } from './watched-kinds.ts';

export interface ReadObjects {
  readonly objects: readonly KubeObject[];
  /** What the user may not read, and what that means for the answer. */
  readonly notes: readonly string[];
}

/** Reads the objects that decide about routes: one list of each kind. */
export async function readClusterObjects(
  cluster: ClusterReader,
  sources: readonly WatchedKindOfSource[],
  ownNamespace: string,
): Promise<ReadObjects> {
  const installed = await installedKinds(cluster, sources);
  const found = await Promise.all([
    ...[...installed.sources.map(({ plural }) => plural), ...installed.related.filter(isAddOn)].map((name) =>
      isAddOn(name) ? readAddOn(cluster, name) : readKind(cluster, name, ownNamespace),
    ),
    readKind(cluster, 'tunnels', ownNamespace),
    readConfigMaps(cluster, ownNamespace),
    readNamespaces(cluster),
    readIngressClasses(cluster),
  ]);
  const nodes = await readNodes(
    cluster,
    found.flatMap(({ objects }) => objects),
  );
  const all = [...found, nodes];
  return { objects: all.flatMap(({ objects }) => objects), notes: [...new Set(all.flatMap(({ notes }) => notes))] };
}

function isAddOn(name: WatchedName): boolean {
  return watchedKind(name).isAddOn === true;
}

/** One that may not be read decides about nothing here. */
async function readAddOn(cluster: ClusterReader, name: ResourceName): Promise<ReadObjects> {
  return { objects: (await cluster.tryList<KubeObject>(name, {})) ?? [], notes: [] };
}

/** Certificates that routes refer to. `missing`: neither a ConfigMap nor a Secret of that name exists. */
export async function readCertificates(
  cluster: ClusterReader,
  keys: readonly ObjectKey[],
): Promise<{ readonly objects: readonly KubeObject[]; readonly missing: ReadonlySet<ObjectKey> }> {
  const objects: KubeObject[] = [];
  const missing = new Set<ObjectKey>();
  for (const key of keys) {
    const configMap = await cluster.tryFind<ConfigMap>('configmaps', key);
    const secret = configMap === undefined ? await findSecret(cluster, key) : undefined;
    if (configMap !== undefined) objects.push({ ...configMap, apiVersion: 'v1', kind: 'ConfigMap' });
    else if (secret === 'absent') missing.add(key);
    else if (secret !== undefined) objects.push({ ...secret, apiVersion: 'v1', kind: 'Secret' });
  }
  return { objects, missing };
}

/** `undefined`: the user may not read it. */
async function findSecret(cluster: ClusterReader, key: ObjectKey): Promise<Secret | 'absent' | undefined> {
  const found = await cluster.lookUp<Secret>('secrets', key);
  return found === 'forbidden' ? undefined : found;
}

async function readKind(cluster: ClusterReader, name: WatchedName, ownNamespace: string): Promise<ReadObjects> {
  const all = await cluster.tryList<KubeObject>(name, {});
  if (all !== undefined) return { objects: all, notes: [] };
  const own = await listWhatMayBeRead(cluster, name, ownNamespace);
  if (own === undefined) return { objects: [], notes: [`You may not read ${name}, so none of them is considered`] };
  const note = `You may read ${name} only in namespace ${ownNamespace}, so those of other namespaces are not considered`;
  return { objects: own, notes: [note] };
}

/** Of an optional kind, `undefined` if the user may not read it. */
export async function listWhatMayBeRead(
  cluster: ClusterReader,
  name: WatchedName,
  namespace: string | undefined,
): Promise<readonly KubeObject[] | undefined> {
  const isOptional = watchedKind(name).isOptional === true;
  return isOptional ? cluster.tryList<KubeObject>(name, { namespace }) : cluster.list<KubeObject>(name, { namespace });
}

const OWNED = { labelSelector: `${LABEL_MANAGED_BY}=${MANAGED_BY}` };

async function readConfigMaps(cluster: ClusterReader, ownNamespace: string): Promise<ReadObjects> {
  const all = await cluster.tryList<KubeObject>('configmaps', OWNED);
  if (all !== undefined) return { objects: all, notes: [] };
  const own = await cluster.tryList<KubeObject>('configmaps', { ...OWNED, namespace: ownNamespace });
  return {
    objects: own ?? [],
    notes:
      own === undefined
        ? ['You may not read the ConfigMaps of Tunnels, so what is published is taken from the objects']
        : [],
  };
}

async function readNamespaces(cluster: ClusterReader): Promise<ReadObjects> {
  const all = await cluster.tryList<KubeObject>('namespaces', {});
  if (all !== undefined) return { objects: all, notes: [] };
  return {
    objects: [],
    notes: ['You may not read Namespaces, so Tunnels that admit namespaces by their labels admit none here'],
  };
}

/** Read only where the addresses of a Tunnel are those of nodes. */
async function readNodes(cluster: ClusterReader, objects: readonly KubeObject[]): Promise<ReadObjects> {
  const isNeeded = objects.some((object) => object.kind === TUNNEL_KIND && followsNodes(object as Tunnel));
  const all = isNeeded ? await cluster.tryList<KubeObject>('nodes', {}) : [];
  const note = 'You may not read Nodes, so names of the local network stay at their addresses';
  return all === undefined ? { objects: [], notes: [note] } : { objects: all, notes: [] };
}

async function readIngressClasses(cluster: ClusterReader): Promise<ReadObjects> {
  const all = await cluster.tryList<KubeObject>('ingressclasses', {});
  if (all !== undefined) return { objects: all, notes: [] };
  return {
    objects: [],
    notes: ['You may not read IngressClasses, so only Ingresses of the class cftunnel are considered'],
  };
}
