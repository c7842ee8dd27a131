/** Finds the port of a Service that a route leads to. */
import { type BackendTlsPolicy, GATEWAY_GROUP } from '../../api/gateway-objects.ts';
import type { BackendReference } from '../../api/gateway-routes.ts';
import type { ObjectKey, Service, ServicePort } from '../../api/objects.ts';
import type { Backend, BackendProtocol } from '../model/proxy-rule.ts';
import { quoted } from '../quote.ts';
import type { RelatedObjects } from '../sources/related.ts';
import { isPermitted } from '../grants.ts';
import { policyFor, tlsOf } from './backend-tls.ts';

/** Why a reference does not lead to a backend, with the reason of the `ResolvedRefs` condition. */
export interface UnresolvedReference {
  readonly reason: 'RefNotPermitted' | 'InvalidKind' | 'BackendNotFound' | 'UnsupportedProtocol';
  readonly message: string;
}

export interface ResolvedBackend {
  readonly backend: Backend;
  /** cloudflared reaches it under the name of its Service. */
  readonly isDirect: boolean;
  /** A BackendTLSPolicy for it is invalid, so it must not be reached at all. */
  readonly isBlocked?: true;
}

/** Where a reference comes from. */
export interface ReferringRoute {
  readonly kind: string;
  readonly namespace: string;
  /** Backends without another protocol speak HTTP/2, as gRPC servers do. */
  readonly isGrpc: boolean;
  readonly related: RelatedObjects;
}

export function resolveBackend(
  reference: BackendReference,
  route: ReferringRoute,
): ResolvedBackend | UnresolvedReference {
  const { group = '', kind = 'Service', namespace = route.namespace, name } = reference;
  if (group !== '' || kind !== 'Service')
    return { reason: 'InvalidKind', message: `${quoted(group === '' ? kind : `${group}/${kind}`)} is not a Service` };
  const key = `${namespace}/${name}`;
  const from = { group: GATEWAY_GROUP, kind: route.kind, namespace: route.namespace };
  if (!isPermitted({ from, to: { group, kind, namespace, name } }, route.related))
    return { reason: 'RefNotPermitted', message: `No ReferenceGrant in namespace ${namespace} permits Service ${key}` };
  const service = route.related.get('Service', key);
  if (service === undefined) return { reason: 'BackendNotFound', message: `Service ${key} does not exist` };
  return portOf(service, key, { wanted: reference.port, route });
}

interface WantedPort {
  readonly wanted: number | undefined;
  readonly route: ReferringRoute;
}

function portOf(
  { spec }: Service,
  service: ObjectKey,
  { wanted, route }: WantedPort,
): ResolvedBackend | UnresolvedReference {
  if (spec.type === 'ExternalName')
    return {
      reason: 'InvalidKind',
      message: `Service ${service} is an ExternalName, which has no pods that a Gateway could lead to`,
    };
  const port = spec.ports?.find((one) => one.port === wanted && (one.protocol ?? 'TCP') === 'TCP');
  if (port === undefined)
    return { reason: 'BackendNotFound', message: `Service ${service} has no TCP port ${wanted ?? 'without a number'}` };
  const policy = policyFor(service, port, route.related);
  if (policy !== undefined) return withTls({ service, port, policy }, route);
  const protocol = protocolOf(port, route.isGrpc);
  if (protocol === undefined)
    return {
      reason: 'UnsupportedProtocol',
      message: `Port ${port.port} of Service ${service} has the appProtocol ${quoted(port.appProtocol ?? '')}`,
    };
  const isHeadless = spec.clusterIP === 'None';
  return { backend: { service, port: port.port, protocol }, isDirect: !isHeadless && protocol !== 'h2c' };
}

interface SecuredPort {
  readonly service: ObjectKey;
  readonly port: ServicePort;
  readonly policy: BackendTlsPolicy;
}

/** Whatever the port says of its protocol, it is reached with TLS. */
function withTls({ service, port, policy }: SecuredPort, { isGrpc }: ReferringRoute): ResolvedBackend {
  const told = tlsOf(policy);
  const isHttp2 = isGrpc || HTTP2.has(port.appProtocol ?? '');
  const backend: Backend = { service, port: port.port, protocol: 'https', ...(isHttp2 ? { isHttp2 } : {}) };
  return 'tls' in told
    ? { backend: { ...backend, tls: told.tls }, isDirect: false }
    : { backend, isDirect: false, isBlocked: true };
}

const HTTP2: ReadonlySet<string> = new Set(['kubernetes.io/h2c', 'grpc']);

/** An absent protocol means that of the route. */
const PROTOCOLS: ReadonlyMap<string, BackendProtocol | undefined> = new Map([
  ['http', undefined],
  ['kubernetes.io/ws', 'http'],
  ['https', 'https'],
  ['kubernetes.io/wss', 'https'],
  ['kubernetes.io/h2c', 'h2c'],
  ['grpc', 'h2c'],
]);

function protocolOf({ appProtocol = '', port, name }: ServicePort, isGrpc: boolean): BackendProtocol | undefined {
  if (appProtocol !== '' && !PROTOCOLS.has(appProtocol)) return undefined;
  const stated = PROTOCOLS.get(appProtocol);
  if (stated !== undefined) return stated;
  if (appProtocol === '' && (port === 443 || name === 'https')) return 'https';
  return isGrpc ? 'h2c' : 'http';
}
