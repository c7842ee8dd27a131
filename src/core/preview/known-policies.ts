/** The AccessPolicies of a cluster, as far as they were read. */
import type { AccessPolicy, ObjectKey } from '../../api/objects.ts';
import type { AccessPolicies } from '../applications/policies.ts';
import { keyOf, splitKey } from '../keys.ts';

/** The namespaces whose AccessPolicies were read. */
export type PolicyScope = 'all' | ReadonlySet<string>;

export interface KnownPolicies extends AccessPolicies {
  /** Whether it is certain that there is no such policy. */
  isMissing(key: ObjectKey): boolean;
}

export function knownPolicies(policies: readonly AccessPolicy[], scope: PolicyScope): KnownPolicies {
  const byKey = new Map(policies.map((policy) => [keyOf(policy), policy]));
  const isRead = (namespace: string): boolean => scope === 'all' || scope.has(namespace);
  return {
    get: (key) => byKey.get(key),
    list: () => policies,
    isMissing: (key) => !byKey.has(key) && isRead(splitKey(key).namespace),
  };
}
