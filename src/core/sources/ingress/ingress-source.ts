import type { Ingress } from '../../../api/objects.ts';
import { sameJson } from '../../equal.ts';
import { hasFinalizer } from '../../finalizer.ts';
import type { Route } from '../../model/route.ts';
import { serviceOf } from '../../model/service-origin.ts';
import { namespaceOf } from '../../model/source.ts';
import { addressesOf } from '../addresses.ts';
import { mayLeadTo } from '../backend/controller-service.ts';
import { leadOnlyInto } from '../backend/own-backends.ts';
import type { RelatedObjects } from '../related.ts';
import type { OriginFacts, RouteSource, Standing } from '../source.ts';
import { isOfOurClass, isToBePublic, tunnelNamedBy } from './class.ts';
import { parseIngress } from './parse.ts';
import { parseServedElsewhere } from './served-elsewhere.ts';

/**
 * Ingresses of our class, and those of other controllers that are to be public through a Tunnel. Of the status of the
 * first, only the name that the tunnel is reached by is ours; of that of the others, nothing is.
 */
export const INGRESSES: RouteSource<Ingress> = {
  kind: 'Ingress',
  requestsExposure: (ingress, related) =>
    ingress.metadata.deletionTimestamp === undefined &&
    (isOfOurClass(ingress, related) || isToBePublic(ingress, related)),
  parse: (ingress, _, related) =>
    isOfOurClass(ingress, related) ? parseIngress(ingress, related) : parseServedElsewhere(ingress, related),
  isOwnOrigin,
  standingOf,
  isStatusOurs: isOfOurClass,
  isReported: (ingress, { target }) =>
    target === undefined
      ? tunnelNamedBy(ingress) === undefined
      : sameJson(ingress.status?.loadBalancer?.ingress ?? [], [{ hostname: target }]),
  statusWith: (_, { target }) => (target === undefined ? {} : { loadBalancer: { ingress: [{ hostname: target }] } }),
};

/** A Service of its namespace, or the one of the controller that serves it. */
function isOwnOrigin({ source, origin, proxy }: Route, { object, tunnel, related }: OriginFacts<Ingress>): boolean {
  if (leadOnlyInto(namespaceOf(source), origin, proxy)) return true;
  const service = serviceOf(origin);
  const isOurs = object !== undefined && isOfOurClass(object, related);
  return service !== undefined && proxy === undefined && !isOurs && mayLeadTo(service, object, { tunnel, related });
}

function standingOf(ingress: Ingress, related: RelatedObjects): Standing {
  const tunnel = tunnelNamedBy(ingress);
  const see = `Its events say why: kubectl -n ${ingress.metadata.namespace} describe ingress ${ingress.metadata.name}`;
  if (isOfOurClass(ingress, related))
    return tunnel === undefined
      ? { status: 'Unknown', reason: 'Unanswered', message: `Its status names no tunnel. ${see}` }
      : { status: 'True', reason: 'Exposed', message: `Published at ${tunnel}` };
  const led = addressesOf(ingress).join(', ') || 'no address';
  return hasFinalizer(ingress)
    ? { status: 'True', reason: 'Accepted', message: `Published through its own controller, which names ${led}` }
    : { status: 'Unknown', reason: 'Unanswered', message: `The operator does not publish it. ${see}` };
}
