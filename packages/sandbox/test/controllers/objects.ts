import type { KubeApi, KubeObject, OwnerReference, ResourceRef } from '../../src/kubernetes/api.ts';
import { CONFIG_MAPS, DEPLOYMENTS } from '../../src/kubernetes/controllers/resources.ts';
import type {
  ContainerSpec,
  Deployment,
  DeploymentSpec,
  Pod,
  PodSpec,
} from '../../src/kubernetes/controllers/workloads.ts';

type Metadata = Partial<KubeObject['metadata']>;

export function aNamespace(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: { finalizers: ['kubernetes'] } };
}

export function aConfigMap(name: string, metadata: Metadata = {}, data: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', ...metadata }, data };
}

export function aSecret(name: string, texts: Record<string, string>): KubeObject {
  const encoded = Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  const metadata = { name, namespace: 'default' };
  return { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: Object.fromEntries(encoded) };
}

export function aService(name: string, spec: Record<string, unknown>, metadata: Metadata = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default', ...metadata }, spec };
}

export function aContainer(container: Partial<ContainerSpec> = {}): ContainerSpec {
  return { name: 'main', image: 'example/app:1', ...container };
}

export function aPod(name: string, spec: Partial<PodSpec> = {}, metadata: Metadata = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', ...metadata },
    spec: { containers: [aContainer()], ...spec },
  };
}

/** A Deployment with one `example/app:1` container and the selector `app: <name>`. */
export function aDeployment(name: string, spec: Partial<DeploymentSpec> = {}): Deployment {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default', labels },
    spec: {
      replicas: 1,
      progressDeadlineSeconds: 600,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [aContainer()] } },
      ...spec,
    },
  };
}

export function ownedBy(owner: KubeObject, more: Partial<OwnerReference> = {}): { ownerReferences: OwnerReference[] } {
  const { apiVersion, kind, metadata } = owner;
  return { ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', ...more }] };
}

/** Reads, changes and writes back, and retries after conflicts. */
export function change<T extends KubeObject>(
  api: KubeApi,
  resource: ResourceRef,
  name: string,
  edit: (object: T) => KubeObject,
): T {
  const object = api.get(resource, 'default', name) as T | undefined;
  if (object === undefined) throw new Error(`there is no ${resource.plural} "${name}"`);
  return api.update(resource, edit(object)) as T;
}

export function changeSpec(api: KubeApi, name: string, spec: Partial<DeploymentSpec>): void {
  change<Deployment>(api, DEPLOYMENTS, name, (deployment) => ({
    ...deployment,
    spec: { ...deployment.spec, ...spec },
  }));
}

export function configMapNames(api: KubeApi): string[] {
  const names = api.list(CONFIG_MAPS, 'default').map(({ metadata }) => metadata.name);
  return names.filter((name) => name !== 'kube-root-ca.crt').toSorted();
}
