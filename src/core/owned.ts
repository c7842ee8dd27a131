import { API_VERSION, LABEL_MANAGED_BY, LABEL_TUNNEL, MANAGED_BY, TUNNEL_KIND } from '../api/names.ts';
import type { KubeObject, Metadata, OwnerReference, Tunnel } from '../api/objects.ts';

export interface OwnedNames {
  readonly workload: string;
  readonly credentials: string;
  /** Of the proxy's configuration, and of its certificate. */
  readonly proxy: string;
}

/** Names of the objects that a Tunnel owns; at most 50 + 24 characters, so always valid. */
export function ownedNames(tunnel: Tunnel): OwnedNames {
  const { name } = tunnel.metadata;
  return {
    workload: `${name}-cloudflared`,
    credentials: `${name}-cloudflared-credentials`,
    proxy: `${name}-cloudflared-proxy`,
  };
}

/** Labels of every object that a Tunnel owns. */
export function ownedLabels(tunnel: Tunnel): Readonly<Record<string, string>> {
  return {
    ...selectorLabels(tunnel),
    [LABEL_MANAGED_BY]: MANAGED_BY,
    'app.kubernetes.io/part-of': 'cftunnel',
    [LABEL_TUNNEL]: tunnel.metadata.name,
  };
}

/** Labels that select the connectors' pods. They must never change, because a Deployment's selector is immutable. */
export function selectorLabels(tunnel: Tunnel): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': 'cloudflared', 'app.kubernetes.io/instance': tunnel.metadata.name };
}

/** The same as a selector for lists and for kubectl. */
export function selectorText(tunnel: Tunnel): string {
  return Object.entries(selectorLabels(tunnel))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** Metadata of an owned object. The owner reference has it deleted together with the Tunnel. */
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

/** Whether an object has an owner reference to this Tunnel. `ownership.ts` handles objects that have lost it. */
export function isOwnedBy(object: KubeObject, tunnel: Tunnel): boolean {
  return object.metadata.ownerReferences?.some((owner) => owner.uid === tunnel.metadata.uid) ?? false;
}
