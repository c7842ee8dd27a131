import { DEFAULT_TUNNEL_ANNOTATION } from '../../api/names.ts';
import type { Namespace, ObjectKey, Tunnel } from '../../api/objects.ts';
import { byAge, keyOf } from '../keys.ts';
import type { GrantLists } from '../grants.ts';

/** What routes can attach to. */
export interface Attachable {
  readonly tunnels: ReadonlyMap<ObjectKey, Tunnel>;
  readonly defaultTunnel: Tunnel | undefined;
  /** By name. Their labels decide which Tunnels admit them. */
  readonly namespaces: ReadonlyMap<string, Namespace>;
  /** Where ReferenceGrants are found. */
  readonly related: GrantLists;
}

export interface AttachableParts {
  readonly tunnels: readonly Tunnel[];
  readonly namespaces: readonly Namespace[];
  readonly related: GrantLists;
}

export function attachableFrom({ tunnels, namespaces, related }: AttachableParts): Attachable {
  return {
    related,
    tunnels: new Map(tunnels.map((tunnel) => [keyOf(tunnel), tunnel])),
    defaultTunnel: defaultTunnelOf(tunnels),
    namespaces: new Map(namespaces.map((namespace) => [namespace.metadata.name, namespace])),
  };
}

/** The Tunnel annotated as default; of several the oldest, so that adding one never moves live routes. */
function defaultTunnelOf(tunnels: readonly Tunnel[]): Tunnel | undefined {
  return tunnels
    .filter(({ metadata }) => metadata.annotations?.[DEFAULT_TUNNEL_ANNOTATION]?.trim() === 'true')
    .toSorted(byAge)[0];
}
