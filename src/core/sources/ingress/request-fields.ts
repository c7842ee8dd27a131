import { TUNNEL } from '../../../api/annotations.ts';
import type { RequestFields } from '../../model/route-request.ts';
import type { ReferringObject } from '../../protection/policy-reference.ts';
import type { RelatedObjects } from '../related.ts';

/** How messages name the fields of an Ingress. */
export const INGRESS_FIELDS: RequestFields = {
  tunnel: TUNNEL.key,
  hostname: 'spec.rules[].host',
  routes: 'spec.rules',
  reason: 'InvalidSpec',
};

/** An Ingress, as an object that refers to others. */
export function referringFrom(namespace: string, related: RelatedObjects): ReferringObject {
  return { from: { group: 'networking.k8s.io', kind: 'Ingress', namespace }, related };
}
