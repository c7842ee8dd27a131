/** The BackendTLSPolicies that name a Service, whether they can be applied or not. */
import type { BackendTlsPolicy } from '../../api/gateway-objects.ts';
import type { KubeObject, ObjectKey } from '../../api/objects.ts';
import { compare, keyOf } from '../keys.ts';

/** The Services that an object is a policy for; none if it is no policy. A policy is for its own namespace. */
export function servicesTargetedBy(object: KubeObject | undefined): readonly ObjectKey[] {
  if (object?.kind !== 'BackendTLSPolicy') return [];
  const { spec, metadata } = object as BackendTlsPolicy;
  const services = spec.targetRefs.filter(({ group = '', kind }) => group === '' && kind === 'Service');
  return [...new Set(services.map(({ name }) => `${metadata.namespace ?? ''}/${name}`))];
}

/** By Service, its policies: the oldest first. */
export function indexTlsPolicies(
  policies: readonly BackendTlsPolicy[],
): ReadonlyMap<ObjectKey, readonly BackendTlsPolicy[]> {
  const index = new Map<ObjectKey, BackendTlsPolicy[]>();
  for (const policy of policies.toSorted(byAge))
    for (const service of servicesTargetedBy(policy)) {
      const found = index.get(service);
      if (found === undefined) index.set(service, [policy]);
      else found.push(policy);
    }
  return index;
}

function byAge(a: BackendTlsPolicy, b: BackendTlsPolicy): number {
  return compare(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') || compare(keyOf(a), keyOf(b));
}
