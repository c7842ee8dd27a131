import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import { compare, keyOf, splitKey } from '../keys.ts';
import type { Route } from '../model/route.ts';
import { settingsOf } from '../model/tunnel-settings.ts';

/** By policy, the Tunnels that use it, in order. */
export type PolicyUsers = ReadonlyMap<ObjectKey, readonly ObjectKey[]>;

interface AttachedRoutes {
  readonly resultsByTunnel: ReadonlyMap<ObjectKey, readonly { readonly routes: readonly Pick<Route, 'access'>[] }[]>;
}

/** A policy is made for a Tunnel whose routes name it, published or not, and for one that names it itself. */
export function policyUsers({ resultsByTunnel }: AttachedRoutes, tunnels: readonly Tunnel[]): PolicyUsers {
  const users = new Map<ObjectKey, Set<ObjectKey>>();
  const use = (policy: ObjectKey, tunnel: ObjectKey): void => {
    users.set(policy, (users.get(policy) ?? new Set()).add(tunnel));
  };
  for (const tunnel of tunnels.filter(({ metadata }) => metadata.deletionTimestamp === undefined)) {
    const key = keyOf(tunnel);
    const routes = (resultsByTunnel.get(key) ?? []).flatMap((result) => result.routes);
    for (const { access } of routes) if (Array.isArray(access)) for (const policy of access) use(policy, key);
    for (const policy of ownPoliciesOf(tunnel)) use(policy, key);
  }
  return new Map([...users].map(([policy, keys]) => [policy, [...keys].toSorted(compare)]));
}

/** Of another namespace's policies, only those count that a route may use, since a grant may be missing. */
function ownPoliciesOf(tunnel: Tunnel): readonly ObjectKey[] {
  return settingsOf(tunnel).access.policies.filter(
    (policy) => splitKey(policy).namespace === tunnel.metadata.namespace,
  );
}

/** Policies whose users have changed. */
export function changedUsers(before: PolicyUsers, after: PolicyUsers): readonly ObjectKey[] {
  const policies = new Set([...before.keys(), ...after.keys()]);
  return [...policies].filter((policy) => before.get(policy)?.join() !== after.get(policy)?.join());
}
