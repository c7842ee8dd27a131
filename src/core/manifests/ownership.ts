/**
 * Decides whether an object under one of a Tunnel's names is the Tunnel's.
 *
 * The owner reference proves it. A backup does not bring it back, or brings one with the UID of a Tunnel that is gone,
 * and a person may strip it: then the labels and what the object holds prove it, and it is adopted. Where the object
 * holds the credentials of a tunnel, Cloudflare has to agree as well (`core/tunnel/remote.ts`).
 */
import { API_VERSION, LABEL_MANAGED_BY, LABEL_TUNNEL, MANAGED_BY, TUNNEL_KIND } from '../../api/names.ts';
import type { ConfigMap, KubeObject, OwnerReference, Tunnel } from '../../api/objects.ts';
import { sameJson } from '../equal.ts';
import { CONFIG_KEY, holdsRoutes } from '../published-routes/routes-json.ts';
import { isRecord } from '../json.ts';
import { readCredentials } from '../tunnel/credentials.ts';
import { isOwnedBy, ownerReferenceOf, selectorLabels } from '../owned.ts';
import { ownersUnretained } from './retention.ts';

export type Ownership =
  | { readonly kind: 'owned' }
  /** Ours without a reference to us. */
  | { readonly kind: 'adoptable' }
  | { readonly kind: 'foreign'; readonly why: string };

export function ownershipOf(object: KubeObject, tunnel: Tunnel, hash: (text: string) => string): Ownership {
  if (isOwnedBy(object, tunnel)) return { kind: 'owned' };
  const why = obstacleTo(object, tunnel, hash);
  return why === undefined ? { kind: 'adoptable' } : { kind: 'foreign', why };
}

/** The owners of an object once the Tunnel is one of them, in place of a Tunnel of its name that is gone. */
export function ownersWith(object: KubeObject, tunnel: Tunnel): readonly OwnerReference[] {
  return [...ownersWithout(object, tunnel), ownerReferenceOf(tunnel)];
}

/** The owners of an object that is to outlive the Tunnel. */
export function ownersWithout(object: KubeObject, tunnel: Tunnel): readonly OwnerReference[] {
  return othersAmong(ownersUnretained(object), tunnel);
}

/** A Tunnel's name is its alone while it lives, so every other reference to that name is to one that is gone. */
function othersAmong(owners: readonly OwnerReference[] = [], { metadata }: Tunnel): readonly OwnerReference[] {
  return owners.filter(
    ({ apiVersion, kind, name }) => apiVersion !== API_VERSION || kind !== TUNNEL_KIND || name !== metadata.name,
  );
}

function obstacleTo(object: KubeObject, tunnel: Tunnel, hash: (text: string) => string): string | undefined {
  const { labels = {}, ownerReferences } = object.metadata;
  const controller = othersAmong(ownerReferences, tunnel).find((owner) => owner.controller === true);
  if (controller !== undefined) return `it belongs to ${controller.kind} ${controller.name}`;
  const wanted = { [LABEL_MANAGED_BY]: MANAGED_BY, [LABEL_TUNNEL]: tunnel.metadata.name };
  const missing = Object.entries(wanted).find(([key, value]) => labels[key] !== value);
  if (missing !== undefined) return `it does not carry the label ${missing.join('=')}`;
  return holdsOurs(object, tunnel, hash) ? undefined : CONTENT[object.kind];
}

/** What an object of each kind has to hold. */
const CONTENT: Readonly<Record<string, string>> = {
  Secret: 'it does not hold the credentials of a tunnel as they were written',
  ConfigMap: 'it does not hold published rules',
  Deployment: 'its selector is not that of the connectors, and can never be changed',
  PodDisruptionBudget: 'it does not select the connectors',
  NetworkPolicy: 'it does not select the connectors',
};

function holdsOurs(object: KubeObject, tunnel: Tunnel, hash: (text: string) => string): boolean {
  switch (object.kind) {
    case 'Secret':
      return readCredentials(object, hash) !== undefined;
    case 'ConfigMap':
      return (object as ConfigMap).data?.[CONFIG_KEY] !== undefined && holdsRoutes(object);
    case 'Deployment':
    case 'PodDisruptionBudget':
      return sameJson(fieldIn(fieldIn(specOf(object), 'selector'), 'matchLabels'), selectorLabels(tunnel));
    case 'NetworkPolicy':
      return sameJson(fieldIn(fieldIn(specOf(object), 'podSelector'), 'matchLabels'), selectorLabels(tunnel));
    default:
      return true;
  }
}

function specOf(object: KubeObject): unknown {
  return fieldIn(object, 'spec');
}

function fieldIn(value: unknown, field: string): unknown {
  return isRecord(value) ? value[field] : undefined;
}
