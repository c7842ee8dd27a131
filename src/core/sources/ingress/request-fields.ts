import { TUNNEL } from '../../../api/annotations.ts';
import type { RequestFields } from '../../model/route-request.ts';

/** How messages name the fields of an Ingress. */
export const INGRESS_FIELDS: RequestFields = {
  tunnel: TUNNEL.key,
  hostname: 'spec.rules[].host',
  routes: 'spec.rules',
  reason: 'InvalidSpec',
};
