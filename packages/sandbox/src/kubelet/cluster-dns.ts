import type { KubeApi } from '../kubernetes/api.ts';
import { CachedResource } from '../kubernetes/controllers/cached-resource.ts';
import { keyOf } from '../kubernetes/controllers/object-key.ts';
import { ENDPOINT_SLICES, SERVICES } from '../kubernetes/controllers/resources.ts';
import {
  type Endpoint,
  type EndpointSlice,
  type Service,
  SERVICE_NAME_LABEL,
  type ServicePort,
} from '../kubernetes/controllers/services.ts';
import type { Kubelet } from './kubelet.ts';
import { parseServiceHost } from './service-host.ts';

/** The result of resolving a cluster name. */
export type Resolution =
  | { readonly kind: 'address'; readonly address: string }
  /** The Service exists, but has no endpoint for the port. */
  | { readonly kind: 'no-endpoints' }
  | { readonly kind: 'unknown-host' };

/** Cluster DNS and kube-proxy in one step: resolves a Service name to a real address on this machine. */
export interface ClusterDns {
  /** `host:port` of a Service, such as `web.default.svc.cluster.local:80`. The default port is 80. */
  resolveService(hostPort: string): Resolution;
  stop(): void;
}

interface Target {
  readonly endpoint: Endpoint;
  readonly port: number;
}

/** Watches Services and their endpoints. */
export function startClusterDns(api: KubeApi, kubelet: Pick<Kubelet, 'addressOf'>): ClusterDns {
  const services = new CachedResource<Service>(api, SERVICES);
  const slices = new CachedResource<EndpointSlice>(api, ENDPOINT_SLICES);
  const byService = new Map<string, Map<string, EndpointSlice>>();
  slices.subscribe((slice, _previous, type) => {
    const { namespace, name, labels } = slice.metadata;
    const key = keyOf(namespace, labels?.[SERVICE_NAME_LABEL] ?? '');
    const siblings = byService.get(key) ?? new Map<string, EndpointSlice>();
    if (type === 'DELETED') siblings.delete(name);
    else siblings.set(name, slice);
    byService.set(key, siblings);
  });

  return {
    resolveService(hostPort) {
      const host = parseServiceHost(hostPort);
      const service = host && services.get(host.namespace, host.service);
      if (host === undefined || service === undefined) return { kind: 'unknown-host' };
      if (service.spec.externalName !== undefined && service.spec.type === 'ExternalName') {
        return { kind: 'address', address: `${service.spec.externalName}:${host.port}` };
      }
      const known = byService.get(keyOf(host.namespace, host.service))?.values() ?? [];
      return addressOf(kubelet, targetsOf(service, [...known], host.port));
    },
    stop() {
      services.stop();
      slices.stop();
    },
  };
}

function targetsOf(service: Service, slices: readonly EndpointSlice[], port: number): Target[] {
  const servicePort = service.spec.ports?.find((candidate) => candidate.port === port);
  return slices.flatMap((slice) => {
    const target = targetPort(service, servicePort, slice, port);
    const ready = slice.endpoints.filter(({ conditions }) => conditions.ready);
    return target === undefined ? [] : ready.map((endpoint) => ({ endpoint, port: target }));
  });
}

/** A headless name resolves to Pods, without kube-proxy, so the requested port is the port of the Pods. */
function targetPort(
  { spec }: Service,
  servicePort: ServicePort | undefined,
  slice: EndpointSlice,
  asked: number,
): number | undefined {
  if (spec.clusterIP === 'None') return asked;
  if (servicePort === undefined) return undefined;
  return slice.ports.find(({ name }) => name === (servicePort.name ?? ''))?.port;
}

/** Selects a random Pod per call, as kube-proxy does per connection. */
function addressOf(kubelet: Pick<Kubelet, 'addressOf'>, targets: readonly Target[]): Resolution {
  const target = targets[Math.floor(Math.random() * targets.length)];
  const address = target && kubelet.addressOf(target.endpoint.targetRef, target.port);
  return address === undefined ? { kind: 'no-endpoints' } : { kind: 'address', address };
}
