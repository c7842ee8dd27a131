/** The objects that a user of the bench applies. */
import type { KubeObject } from 'cftunnel-sandbox/kubernetes/api';
import type { Exposure } from './hostnames.ts';

/** The namespace of all objects. */
export const NAMESPACE = 'bench';

/** An empty Namespace. */
export function namespace(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** The Secret that every Tunnel refers to. */
export function credentials(token: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'cloudflare', namespace: NAMESPACE },
    stringData: { CLOUDFLARE_API_TOKEN: token },
  };
}

/** A Tunnel with otherwise default settings. */
export function tunnel(name: string, configMode: 'Local' | 'Remote' = 'Local'): KubeObject {
  return {
    apiVersion: 'cftunnel.io/v1alpha1',
    kind: 'Tunnel',
    metadata: { name, namespace: NAMESPACE },
    // The short grace period ends replaced connectors within the phases that count connectors.
    spec: { credentialsRef: { name: 'cloudflare' }, configMode, cloudflared: { gracePeriod: '1s' } },
  };
}

/** A Service for an exposure. */
export function serviceOf(exposure: Exposure): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: exposure.service, namespace: NAMESPACE, annotations: annotationsOf(exposure) },
    spec: { ports: [{ port: 80 }] },
  };
}

const PODS_EACH = 3;

/** The pods of the nth Service. Nobody visits them. `round`: they have been replaced so many times. */
export function endpointSlice({ service }: Exposure, index: number, round = 0): KubeObject {
  const addresses = Array.from({ length: PODS_EACH }, (_, pod) => {
    const number = PODS_EACH * index + pod;
    return `10.${100 + round}.${Math.floor(number / 250)}.${1 + (number % 250)}`;
  });
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: service,
      namespace: NAMESPACE,
      labels: { 'kubernetes.io/service-name': service, 'endpointslice.kubernetes.io/managed-by': 'bench' },
    },
    addressType: 'IPv4',
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  };
}

/** The annotations of a Service. */
export function annotationsOf({ tunnel: name, hostname }: Exposure): Record<string, string> {
  return { 'cftunnel.io/tunnel': name, 'cftunnel.io/hostname': hostname };
}

/** A Deployment that answers for `app: <name>`. */
export function whoami(name: string): KubeObject {
  const labels = { app: name };
  const containers = [{ name: 'whoami', image: 'traefik/whoami:v1.11.0', ports: [{ containerPort: 80 }] }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
}
