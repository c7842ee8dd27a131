/** The kinds of adyanth/cloudflare-operator, and objects of them. */
import type { KubeObject } from '../kube-client.ts';

export const GROUP = 'networking.cfargotunnel.com';
export const FINALIZER = 'cfargotunnel.com/finalizer';
export const CONTROLLER = 'cloudflare-operator-system/cloudflare-operator-controller-manager';

/** Its definitions, without their schemas. */
export function definitions(): readonly KubeObject[] {
  return [
    definition('Tunnel', ['v1alpha1', 'v1alpha2'], 'Namespaced'),
    definition('ClusterTunnel', ['v1alpha1', 'v1alpha2'], 'Cluster'),
    definition('TunnelBinding', ['v1alpha1'], 'Namespaced'),
  ];
}

function definition(kind: string, versions: readonly string[], scope: string): KubeObject {
  const plural = `${kind.toLowerCase()}s`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: versions.map((name, index) => ({
        name,
        served: true,
        storage: index === versions.length - 1,
        schema,
      })),
    },
  };
}

export function binding(key: string, tunnel: string, subjects: readonly object[]): KubeObject {
  const [name = '', home = ''] = key.split('/').toReversed();
  return {
    apiVersion: `${GROUP}/v1alpha1`,
    kind: 'TunnelBinding',
    metadata: { name, namespace: home, finalizers: [FINALIZER] },
    subjects,
    tunnelRef: { kind: 'Tunnel', name: tunnel },
  };
}
