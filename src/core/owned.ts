import { API_VERSION, LABEL_MANAGED_BY, LABEL_TUNNEL, MANAGED_BY, TUNNEL_KIND } from '../api/names.ts';
import type { KubeObject, Metadata, OwnerReference, Tunnel } from '../api/objects.ts';

/** Names of the objects a Tunnel owns; at most 50 + 24 characters, so always valid. */
export function ownedNames(tunnel: Tunnel): { readonly workload: string; readonly credentials: string } {
  const { name } = tunnel.metadata;
  return { workload: `${name}-cloudflared`, credentials: `${name}-cloudflared-credentials` };
}

/** Labels on everything a Tunnel owns. */
export function ownedLabels(tunnel: Tunnel): Readonly<Record<string, string>> {
  return {
    ...selectorLabels(tunnel),
    [LABEL_MANAGED_BY]: MANAGED_BY,
    'app.kubernetes.io/part-of': 'cftunnel',
    [LABEL_TUNNEL]: tunnel.metadata.name,
  };
}

/** The labels that find the connectors' pods; immutable in a Deployment, so never to be extended. */
export function selectorLabels(tunnel: Tunnel): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': 'cloudflared', 'app.kubernetes.io/instance': tunnel.metadata.name };
}

/** Metadata of an owned object: it goes when the Tunnel goes. */
export function ownedMetadata(tunnel: Tunnel, name: string, annotations?: Readonly<Record<string, string>>): Metadata {
  return {
    name,
    namespace: tunnel.metadata.namespace ?? '',
    labels: ownedLabels(tunnel),
    ...(annotations === undefined ? {} : { annotations }),
    ownerReferences: [ownerReferenceOf(tunnel)],
  };
}

export function ownerReferenceOf({ metadata: { name, uid = '' } }: Tunnel): OwnerReference {
  return { apiVersion: API_VERSION, kind: TUNNEL_KIND, name, uid, controller: true, blockOwnerDeletion: true };
}

/** Whether an object has this very Tunnel as an owner. One that has lost the reference: `ownership.ts`. */
export function isOwnedBy(object: KubeObject, tunnel: Tunnel): boolean {
  return object.metadata.ownerReferences?.some((owner) => owner.uid === tunnel.metadata.uid) ?? false;
}
