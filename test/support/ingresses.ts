/** Ingresses for tests: `anIngress('shop/web', { rules: [aRule('app.example.com', { '/': 'web' })] })`. */
import type {
  Ingress,
  IngressBackend,
  IngressClass,
  IngressRule,
  ObjectKey,
  Service,
  Tunnel,
} from '../../src/api/objects.ts';
import { INGRESSES } from '../../src/core/sources/ingress/ingress-source.ts';
import type { RouteRequest } from '../../src/core/model/route-request.ts';
import { type RelatedObjects, relatedAmong } from '../../src/core/sources/related.ts';
import { type Traits, aService } from './builders.ts';
import { PARSERS } from './parsers.ts';

export interface IngressTraits extends Traits {
  /** `undefined`: the field is absent. */
  readonly className?: string | undefined;
  readonly rules?: readonly IngressRule[];
  readonly defaultBackend?: IngressBackend;
  /** Hostnames in the status. */
  readonly addresses?: readonly string[];
  /** Hosts for which its controller has a certificate. */
  readonly secured?: readonly string[];
}

/** An Ingress of the class `cftunnel`. */
export function anIngress(key: ObjectKey, traits: IngressTraits = {}): Ingress {
  const { rules, defaultBackend, addresses, secured } = traits;
  const className = 'className' in traits ? traits.className : 'cftunnel';
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: aService(key, traits).metadata,
    spec: {
      ...(className === undefined ? {} : { ingressClassName: className }),
      ...(rules === undefined ? {} : { rules }),
      ...(defaultBackend === undefined ? {} : { defaultBackend }),
      ...(secured === undefined ? {} : { tls: [{ hosts: secured }] }),
    },
    ...(addresses === undefined
      ? {}
      : { status: { loadBalancer: { ingress: addresses.map((hostname) => ({ hostname })) } } }),
  };
}

/** The port 80 of a Service. */
export function aBackend(name: string, port: number | string = 80): IngressBackend {
  return { service: { name, port: typeof port === 'string' ? { name: port } : { number: port } } };
}

/** A rule with prefixes, each with the Service that it leads to. */
export function aRule(host: string | undefined, paths: Readonly<Record<string, string>>): IngressRule {
  return {
    ...(host === undefined ? {} : { host }),
    http: {
      paths: Object.entries(paths).map(([path, name]) => ({ path, pathType: 'Prefix', backend: aBackend(name) })),
    },
  };
}

export function anIngressClass(name: string, controller = 'cftunnel.io/ingress'): IngressClass {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name }, spec: { controller } };
}

/** The Services, classes and Tunnels of a cluster. */
export function aCluster(
  services: readonly Service[],
  classes: readonly IngressClass[] = [anIngressClass('cftunnel'), NGINX],
  tunnels: readonly Tunnel[] = [],
): RelatedObjects {
  return relatedAmong([...services, ...classes, ...tunnels]);
}

/** A class of another controller. */
export const NGINX = anIngressClass('nginx', 'k8s.io/ingress-nginx');

export function requestOfIngress(ingress: Ingress, related: RelatedObjects): RouteRequest {
  return INGRESSES.parse(ingress, PARSERS, related);
}

/** The Service of a controller, with the ports of the web, that is reached at an address of a load balancer. */
export function aWebService(key: ObjectKey, address?: string, ports: readonly number[] = [80, 443]): Service {
  const service = aService(key, { ports: ports.map((port) => ({ port })) });
  return address === undefined ? service : { ...service, status: { loadBalancer: { ingress: [{ ip: address }] } } };
}
