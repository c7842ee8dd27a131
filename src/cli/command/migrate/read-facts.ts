/** Reads what a migration needs to know, with the rights of the user. */
import { API_VERSION, TUNNEL_KIND } from '../../../api/names.ts';
import type { ConfigMap, KubeObject, ObjectKey, Secret, Service, Tunnel } from '../../../api/objects.ts';
import type { AnyKind, AnyObjects } from '../../../adapters/kubernetes/any-objects.ts';
import type { ClusterFacts, ForeignObject, Ingress, IngressClass, Workload } from '../../../core/migrate/facts.ts';
import type { MigrationSource } from '../../../core/migrate/sources.ts';
import { CommandError } from '../../frame/exit-code.ts';

const INGRESSES = 'networking.k8s.io/v1';
const THEIRS = 'networking.cfargotunnel.com';

export async function readFacts(
  objects: AnyObjects,
  source: MigrationSource,
  credentials: string | undefined,
): Promise<ClusterFacts> {
  const tunnels = await objects.list<Tunnel>({ apiVersion: API_VERSION, kind: TUNNEL_KIND });
  if (tunnels === undefined)
    throw new CommandError('cftunnel-operator is not installed in this cluster. Install it first');
  const deployments = await all<Workload>(objects, { apiVersion: 'apps/v1', kind: 'Deployment' });
  const foreign = await readForeign(objects);
  const first = { deployments, foreign };
  return {
    ...first,
    tunnels,
    services: await all<Service>(objects, { apiVersion: 'v1', kind: 'Service' }),
    ingresses: await all<Ingress>(objects, { apiVersion: INGRESSES, kind: 'Ingress' }),
    ingressClasses: await all<IngressClass>(objects, { apiVersion: INGRESSES, kind: 'IngressClass' }),
    configMaps: await byName<ConfigMap>(objects, 'ConfigMap', source.configMaps(first)),
    secrets: await byName<Secret>(objects, 'Secret', source.secrets(first, credentials)),
  };
}

async function all<T extends KubeObject>(objects: AnyObjects, kind: AnyKind): Promise<readonly T[]> {
  return (await objects.list<T>(kind)) ?? [];
}

/** The newer version of a kind if the cluster has it: reading the older one may need a webhook that is gone. */
async function readForeign(objects: AnyObjects): Promise<readonly ForeignObject[]> {
  const kinds = ['Tunnel', 'ClusterTunnel', 'TunnelBinding', 'AccessTunnel'];
  const found = await Promise.all(
    kinds.map(
      async (kind) =>
        (await objects.list<ForeignObject>({ apiVersion: `${THEIRS}/v1alpha2`, kind })) ??
        (await objects.list<ForeignObject>({ apiVersion: `${THEIRS}/v1alpha1`, kind })) ??
        [],
    ),
  );
  return found.flat();
}

async function byName<T extends KubeObject>(
  objects: AnyObjects,
  kind: string,
  keys: readonly ObjectKey[],
): Promise<readonly T[]> {
  const found = await Promise.all([...new Set(keys)].map((key) => objects.find<T>({ apiVersion: 'v1', kind, key })));
  return found.filter((object) => object !== undefined);
}
