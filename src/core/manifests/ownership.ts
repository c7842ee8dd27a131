/**
 * Decides whether an object with one of a Tunnel's names belongs to the Tunnel.
 *
 * The owner reference proves it. It can be missing or outdated after a restore from a backup, or after somebody has
 * removed it. Then the labels and the content prove ownership, and the object is adopted. If the object contains the
 * credentials of a tunnel, Cloudflare must confirm them as well (`core/tunnel/adoption.ts`).
 */
import { API_VERSION, LABEL_MANAGED_BY, LABEL_TUNNEL, MANAGED_BY, TUNNEL_KIND } from '../../api/names.ts';
import type { ConfigMap, KubeObject, OwnerReference, Tunnel } from '../../api/objects.ts';
import { sameJson } from '../equal.ts';
import { CONFIG_KEY, holdsRoutes } from '../published-routes/routes-json.ts';
import { isRecord } from '../json.ts';
import { readCredentials } from '../tunnel/credentials.ts';
import { isOwnedBy, ownedNames, ownerReferenceOf, selectorLabels } from '../owned.ts';
import { holdsProxyFiles } from './proxy-objects.ts';
import { ownersUnretained } from './retention.ts';

export type Ownership =
  | { readonly kind: 'owned' }
  /** Belongs to the Tunnel, but lacks the owner reference. */
  | { readonly kind: 'adoptable' }
  | { readonly kind: 'foreign'; readonly why: string };

export function ownershipOf(object: KubeObject, tunnel: Tunnel, hash: (text: string) => string): Ownership {
  if (isOwnedBy(object, tunnel)) return { kind: 'owned' };
  const why = whyForeign(object, tunnel, hash);
  return why === undefined ? { kind: 'adoptable' } : { kind: 'foreign', why };
}

/** The owner references with the Tunnel added, replacing those to former Tunnels of the same name. */
export function ownersWith(object: KubeObject, tunnel: Tunnel): readonly OwnerReference[] {
  return [...ownersWithout(object, tunnel), ownerReferenceOf(tunnel)];
}

/** The owner references without the Tunnel, for an object that outlives it. */
export function ownersWithout(object: KubeObject, tunnel: Tunnel): readonly OwnerReference[] {
  return otherOwners(ownersUnretained(object), tunnel);
}

/** Only one Tunnel can have a name at a time, so other references with the same name are to Tunnels that are gone. */
function otherOwners(owners: readonly OwnerReference[] = [], { metadata }: Tunnel): readonly OwnerReference[] {
  return owners.filter(
    ({ apiVersion, kind, name }) => apiVersion !== API_VERSION || kind !== TUNNEL_KIND || name !== metadata.name,
  );
}

function whyForeign(object: KubeObject, tunnel: Tunnel, hash: (text: string) => string): string | undefined {
  const { labels = {}, ownerReferences } = object.metadata;
  const controller = otherOwners(ownerReferences, tunnel).find((owner) => owner.controller === true);
  if (controller !== undefined) return `it belongs to ${controller.kind} ${controller.name}`;
  const wanted = { [LABEL_MANAGED_BY]: MANAGED_BY, [LABEL_TUNNEL]: tunnel.metadata.name };
  const missing = Object.entries(wanted).find(([key, value]) => labels[key] !== value);
  if (missing !== undefined) return `it does not carry the label ${missing.join('=')}`;
  if (object.metadata.name === ownedNames(tunnel).proxy)
    return holdsProxyFiles(object) ? undefined : 'it does not contain what the proxy needs';
  return hasOwnContent(object, tunnel, hash) ? undefined : CONTENT[object.kind];
}

/** What an object of each kind lacks if its content does not prove ownership. */
const CONTENT: Readonly<Record<string, string>> = {
  Secret: 'it does not contain the credentials of a tunnel as the operator wrote them',
  ConfigMap: 'it does not contain published rules',
  Deployment: 'its selector does not select the connectors, and cannot be changed',
  PodDisruptionBudget: 'it does not select the connectors',
  NetworkPolicy: 'it does not select the connectors',
};

function hasOwnContent(object: KubeObject, tunnel: Tunnel, hash: (text: string) => string): boolean {
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
