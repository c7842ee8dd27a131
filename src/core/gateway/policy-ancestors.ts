/** At which Gateways a BackendTLSPolicy has an effect. */
import type { ObjectKey } from '../../api/objects.ts';
import { compare } from '../keys.ts';
import type { RouteParents } from '../model/route-parent.ts';

/** By policy: the Gateways with a route that leads to a Service of the policy. */
export type PolicyAncestors = ReadonlyMap<ObjectKey, readonly ObjectKey[]>;

export function policyAncestors(results: Iterable<{ readonly parents?: RouteParents }>): PolicyAncestors {
  const ancestors = new Map<ObjectKey, Set<ObjectKey>>();
  for (const { parents } of results)
    for (const policy of parents?.policies ?? []) {
      const gateways = ancestors.get(policy) ?? new Set();
      for (const { gateway, conditions } of parents?.parents ?? []) if (isAccepted(conditions)) gateways.add(gateway);
      ancestors.set(policy, gateways);
    }
  return new Map([...ancestors].map(([policy, gateways]) => [policy, [...gateways].toSorted(compare)]));
}

function isAccepted(conditions: RouteParents['parents'][number]['conditions']): boolean {
  return conditions.some(({ type, status }) => type === 'Accepted' && status === 'True');
}
