/** The facts that the command line reads of a cluster with these objects. */
import { compare } from '../../../src/core/keys.ts';
import type { ClusterFacts } from '../../../src/core/migrate/facts.ts';
import type { MigrationSource } from '../../../src/core/migrate/sources.ts';
import { base64 } from '../../support/builders.ts';
import { type KubeObject, keyOf } from '../../support/kube-client.ts';

const GROUP = 'networking.cfargotunnel.com/';

export function factsIn(objects: readonly KubeObject[], source: MigrationSource): ClusterFacts {
  const sorted = objects.toSorted((a, b) => compare(keyOf(a), keyOf(b)));
  const all = (kind: string) => sorted.filter((object) => object.kind === kind && !object.apiVersion.startsWith(GROUP));
  const only = (kind: string, keys: readonly string[]) => all(kind).filter((object) => keys.includes(keyOf(object)));
  const first = {
    deployments: all('Deployment'),
    foreign: sorted.filter(({ apiVersion }) => apiVersion.startsWith(GROUP)),
  } as unknown as Pick<ClusterFacts, 'deployments' | 'foreign'>;
  return {
    ...first,
    tunnels: [],
    services: all('Service'),
    ingresses: all('Ingress'),
    ingressClasses: all('IngressClass'),
    configMaps: only('ConfigMap', source.configMaps(first)),
    secrets: only('Secret', source.secrets(first, undefined)).map(asStored),
  } as unknown as ClusterFacts;
}

/** The API server keeps only `data`. */
function asStored({ stringData, ...secret }: KubeObject): KubeObject {
  const texts = Object.entries((stringData ?? {}) as Readonly<Record<string, string>>);
  return { ...secret, data: Object.fromEntries(texts.map(([key, text]) => [key, base64(text)])) };
}
