/** The fields of the Gateway API's kinds that the caches keep. */
import type {
  BackendTlsPolicy,
  Gateway,
  GatewayClass,
  ListenerSet,
  ReferenceGrant,
} from '../../api/gateway-objects.ts';
import type { GatewayRoute } from '../../api/gateway-routes.ts';
import type { Metadata } from '../../api/objects.ts';
import { defined, slim } from './projections.ts';

export function projectGatewayClass({ apiVersion, kind, metadata, spec, status }: GatewayClass): GatewayClass {
  const { controllerName, parametersRef } = spec;
  return {
    apiVersion,
    kind,
    metadata: withGeneration(metadata),
    spec: { controllerName, ...defined({ parametersRef }) },
    ...(status === undefined ? {} : { status }),
  };
}

export function projectGateway({ apiVersion, kind, metadata, spec, status }: Gateway): Gateway {
  const { gatewayClassName, listeners, addresses, infrastructure, tls, allowedListeners } = spec;
  const { parametersRef } = infrastructure ?? {};
  return {
    apiVersion,
    kind,
    metadata: withGeneration(metadata),
    spec: {
      gatewayClassName,
      listeners,
      ...defined({ addresses, tls, allowedListeners }),
      ...(parametersRef === undefined ? {} : { infrastructure: { parametersRef } }),
    },
    ...(status === undefined ? {} : { status }),
  };
}

export function projectListenerSet({ apiVersion, kind, metadata, spec, status }: ListenerSet): ListenerSet {
  const { parentRef, listeners } = spec;
  return {
    apiVersion,
    kind,
    metadata: withGeneration(metadata),
    spec: { parentRef, listeners },
    ...(status === undefined ? {} : { status }),
  };
}

export function projectTlsPolicy({ apiVersion, kind, metadata, spec, status }: BackendTlsPolicy): BackendTlsPolicy {
  const { targetRefs, validation } = spec;
  return {
    apiVersion,
    kind,
    metadata: withGeneration(metadata),
    spec: { targetRefs, validation },
    ...(status === undefined ? {} : { status }),
  };
}

/** The status holds the entries of every controller, which are written back unchanged. */
export function projectRoute<Route extends GatewayRoute>({ apiVersion, kind, metadata, spec, status }: Route): Route {
  const { parentRefs, hostnames, rules } = spec;
  const parents = status?.parents ?? [];
  return {
    apiVersion,
    kind,
    metadata: withGeneration(metadata),
    spec: defined({ parentRefs, hostnames, rules }),
    ...(parents.length === 0 ? {} : { status: { parents } }),
  } as Route;
}

export function projectReferenceGrant({ apiVersion, kind, metadata, spec }: ReferenceGrant): ReferenceGrant {
  const { name, namespace, uid, resourceVersion } = metadata;
  return { apiVersion, kind, metadata: { name, ...defined({ namespace, uid, resourceVersion }) }, spec };
}

function withGeneration(metadata: Metadata): Metadata {
  return { ...slim(metadata), ...defined({ generation: metadata.generation }) };
}
