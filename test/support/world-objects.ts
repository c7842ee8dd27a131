/** The objects of scenarios, as a user writes them. */
import type { KubeObject, ObjectMeta } from './kube-client.ts';

export type Strings = Readonly<Record<string, string>>;

export interface Port {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
}

export function namespace(name: string, labels: Strings = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

export function secret(key: string, stringData: Strings): KubeObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: metaOf(key), stringData };
}

/** A Tunnel with its token in the Secret `cloudflare` of its namespace. */
export function tunnel(
  key: string,
  spec: Readonly<Record<string, unknown>> = {},
  annotations: Strings = {},
): KubeObject {
  return {
    apiVersion: 'cftunnel.io/v1alpha1',
    kind: 'Tunnel',
    metadata: { ...metaOf(key), annotations },
    spec: { credentialsRef: { name: 'cloudflare' }, ...spec },
  };
}

export function accessPolicy(key: string, spec: Readonly<Record<string, unknown>>): KubeObject {
  return { apiVersion: 'cftunnel.io/v1alpha1', kind: 'AccessPolicy', metadata: metaOf(key), spec };
}

/** A service token in a Secret of its own name, in the account of the Tunnel `home`. */
export function accessServiceToken(key: string, spec: Readonly<Record<string, unknown>> = {}): KubeObject {
  const metadata = metaOf(key);
  return {
    apiVersion: 'cftunnel.io/v1alpha1',
    kind: 'AccessServiceToken',
    metadata,
    spec: { tunnelRef: { name: 'home' }, secretName: metadata.name, ...spec },
  };
}

/**
 * A Service with annotations without their prefix: `{ hostname, tunnel }`. It selects no pods and so has no
 * EndpointSlices, which leaves its readiness unknown.
 */
export function service(key: string, asks: Strings = {}, ports: readonly Port[] = [{ port: 80 }]): KubeObject {
  const metadata = metaOf(key);
  return { apiVersion: 'v1', kind: 'Service', metadata: { ...metadata, annotations: prefixed(asks) }, spec: { ports } };
}

function prefixed(asks: Strings): Strings {
  return Object.fromEntries(Object.entries(asks).map(([name, value]) => [`cftunnel.io/${name}`, value]));
}

/** The same, for the pods of the Deployment of its name. */
export function withPods(object: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = object;
  return { ...object, apiVersion, kind, metadata, spec: { ...object.spec, selector: { app: metadata.name } } };
}

/**
 * An Ingress of the class `cftunnel`: by host, the Service of each path, as in `web` or `web:portname`. Its annotations
 * are without their prefix.
 */
export function ingress(
  key: string,
  rules: Readonly<Record<string, Strings>>,
  spec: Readonly<Record<string, unknown>> = {},
  asks: Strings = {},
): KubeObject {
  const listed = Object.entries(rules).map(([host, paths]) => ({
    host,
    http: { paths: Object.entries(paths).map(([path, to]) => ({ path, pathType: 'Prefix', backend: backendOf(to) })) },
  }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...metaOf(key), annotations: prefixed(asks) },
    spec: { ingressClassName: 'cftunnel', ...(listed.length === 0 ? {} : { rules: listed }), ...spec },
  };
}

function backendOf(to: string): unknown {
  const [name, port] = to.split(':');
  return { service: { name, port: port === undefined ? { number: 80 } : { name: port } } };
}

/** The web server behind the Service of the same name. */
export function whoami(key: string): KubeObject {
  const metadata = metaOf(key);
  const labels = { app: metadata.name };
  const container = { name: 'whoami', image: 'traefik/whoami:v1.11.0', ports: [{ containerPort: 80 }] };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
  };
}

/**
 * The same in so many pods, each of which goes on serving for five seconds after its deletion. That is longer than a
 * change of pods takes to reach every connector, and what Kubernetes advises for whatever a Service leads to.
 */
export function patientWhoami(key: string, replicas: number): KubeObject {
  const web = whoami(key);
  const { template, ...spec } = web['spec'] as { readonly template: PodTemplate };
  const lifecycle = { preStop: { sleep: { seconds: 5 } } };
  const containers = template.spec.containers.map((container) => ({ ...container, lifecycle }));
  return { ...web, spec: { ...spec, replicas, template: { ...template, spec: { containers } } } };
}

interface PodTemplate {
  readonly spec: { readonly containers: readonly object[] };
}

/**
 * The controller of another class, as its chart installs it: played by a web server that tells what it was asked for.
 * With a certificate it serves TLS, which is then on port 443.
 */
export function controller(key: string, className: string, certificate?: Strings): readonly KubeObject[] {
  const { namespace: home = '' } = metaOf(key);
  const isSecure = certificate !== undefined;
  const ports = isSecure ? [{ name: 'websecure', port: 443, targetPort: 8443 }] : [{ name: 'http', port: 80 }];
  return [
    namespace(home),
    ingressClass(className, `example.com/${className}`),
    ...(isSecure ? [secret(`${home}/certificate`, certificate)] : []),
    isSecure ? secureWhoami(key, 'certificate') : whoami(key),
    withPods(service(key, {}, ports)),
  ];
}

export function ingressClass(name: string, of: string): KubeObject {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name }, spec: { controller: of } };
}

function secureWhoami(key: string, secretName: string): KubeObject {
  const deployment = whoami(key);
  const args = ['--port=8443', '--cert=/tls/tls.crt', '--key=/tls/tls.key'];
  const volumeMounts = [{ name: 'tls', mountPath: '/tls', readOnly: true }];
  const container = { name: 'whoami', image: 'traefik/whoami:v1.11.0', args, volumeMounts };
  const labels = { app: deployment.metadata.name };
  const spec = {
    containers: [{ ...container, ports: [{ containerPort: 8443 }] }],
    volumes: [{ name: 'tls', secret: { secretName } }],
  };
  return { ...deployment, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } } };
}

function metaOf(key: string): ObjectMeta {
  const [name = '', home = 'default'] = key.split('/').toReversed();
  return { name, namespace: home };
}
