/** The Tunnel of a Gateway that names none. */
import { GATEWAY_GROUP, type Gateway, type GatewayClass } from '../../api/gateway-objects.ts';
import { API_VERSION, GROUP, LABEL_MANAGED_BY, MANAGED_BY, TUNNEL_KIND } from '../../api/names.ts';
import type { ObjectKey, OwnerReference, Tunnel } from '../../api/objects.ts';
import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import { sameJson } from '../equal.ts';
import { quoted } from '../quote.ts';
import { tunnelNameOf } from './tunnel-name.ts';

type FindTunnel = (key: ObjectKey) => Tunnel | undefined;

/**
 * The spec for the Tunnels of a class. Only names are taken over: a Secret is looked up in the namespace of the Gateway,
 * and nothing of another namespace is copied.
 */
export function specOfClass(
  { metadata, spec }: GatewayClass,
  findTunnel: FindTunnel,
): { readonly spec: TunnelSpec } | { readonly problem: string } {
  const { parametersRef } = spec;
  if (parametersRef === undefined)
    return {
      problem: `GatewayClass ${metadata.name} has no spec.parametersRef, so its Gateways need a Tunnel of their own name, or name one in spec.infrastructure.parametersRef`,
    };
  const { group = '', kind = '', namespace = '', name } = parametersRef;
  if (group === '' && kind === 'Secret') return { spec: { credentialsRef: { name } } };
  if (group !== GROUP || kind !== TUNNEL_KIND)
    return {
      problem: `spec.parametersRef of GatewayClass ${metadata.name} must name a Secret or a Tunnel, and ${quoted(`${group}/${kind}`)} is neither`,
    };
  const template = findTunnel(`${namespace}/${name}`);
  if (template === undefined)
    return {
      problem: `Tunnel ${namespace}/${name}, the template of GatewayClass ${metadata.name}, does not exist where the operator looks`,
    };
  const { tunnelName: _, existingTunnel: __, suspend: ___, ...shared } = template.spec;
  return { spec: shared };
}

export function tunnelManifest({ metadata }: Gateway, spec: TunnelSpec): Tunnel {
  const { name, namespace = '', uid = '' } = metadata;
  const owner: OwnerReference = {
    apiVersion: `${GATEWAY_GROUP}/v1`,
    kind: 'Gateway',
    name,
    uid,
    controller: true,
    // Whoever deletes the Gateway need not wait for its Tunnel, and we need no right to hold Gateways.
    blockOwnerDeletion: false,
  };
  return {
    apiVersion: API_VERSION,
    kind: TUNNEL_KIND,
    metadata: {
      name: tunnelNameOf(name),
      namespace,
      labels: { [LABEL_MANAGED_BY]: MANAGED_BY },
      ownerReferences: [owner],
    },
    spec,
  };
}

export function isOwnedByGateway({ metadata }: Tunnel, gateway: Gateway): boolean {
  return metadata.ownerReferences?.some(({ uid }) => uid === gateway.metadata.uid) === true;
}

/** Whether a Tunnel says already what a manifest does. A person may have added more. */
export function isApplied(manifest: Tunnel, current: Tunnel): boolean {
  const wanted = Object.entries(manifest.spec);
  const has: Readonly<Record<string, unknown>> = { ...current.spec };
  return wanted.every(([field, value]) => contains(has[field], value));
}

/** The API server adds defaults to objects. */
function contains(actual: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) return sameJson(actual, wanted);
  if (typeof actual !== 'object' || actual === null) return false;
  const has: Readonly<Record<string, unknown>> = { ...actual };
  return Object.entries(wanted).every(([key, value]) => contains(has[key], value));
}
