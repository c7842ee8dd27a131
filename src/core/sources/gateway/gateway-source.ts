import { TUNNEL } from '../../../api/annotations.ts';
import type { Gateway } from '../../../api/gateway-objects.ts';
import { hasFinalizer } from '../../finalizer.ts';
import { isServedElsewhere } from '../../gateway/ownership.ts';
import { requestsLanNames } from '../../lan/request.ts';
import type { Route } from '../../model/route.ts';
import { serviceOf } from '../../model/service-origin.ts';
import { namespaceOf } from '../../model/source.ts';
import { addressesOf } from '../addresses.ts';
import { mayLeadTo } from '../backend/controller-service.ts';
import { leadOnlyInto } from '../backend/own-backends.ts';
import { findUnknownElsewhere } from '../elsewhere/request.ts';
import type { OriginFacts, RouteSource, Standing } from '../source.ts';
import { parseGateway } from './parse.ts';

/**
 * Gateways of other controllers that are to be public through a Tunnel. Their status, and that of their routes, is left to
 * those controllers. Gateways of our class have no routes of their own.
 */
export const GATEWAYS: RouteSource<Gateway> = {
  kind: 'Gateway',
  requestsExposure: (gateway, related) =>
    gateway.metadata.deletionTimestamp === undefined && isRequested(gateway) && isServedElsewhere(gateway, related),
  parse: (gateway, _, related) => parseGateway(gateway, related),
  isOwnOrigin,
  standingOf,
  isStatusOurs: () => false,
  isReported: () => true,
  statusWith: () => ({}),
};

/** A misspelt annotation counts as a request, so that its author gets an answer. */
function isRequested({ metadata: { annotations } }: Gateway): boolean {
  return (
    annotations !== undefined &&
    (Object.hasOwn(annotations, TUNNEL.key) ||
      requestsLanNames(annotations) ||
      findUnknownElsewhere(annotations).length > 0)
  );
}

/** A Service of its namespace, or the one of the controller that serves it. */
function isOwnOrigin({ source, origin, proxy }: Route, { object, tunnel, related }: OriginFacts<Gateway>): boolean {
  if (proxy !== undefined) return false;
  if (leadOnlyInto(namespaceOf(source), origin, proxy)) return true;
  const service = serviceOf(origin);
  return service !== undefined && mayLeadTo(service, object, { tunnel, related });
}

function standingOf(gateway: Gateway): Standing {
  const { namespace, name } = gateway.metadata;
  if (!hasFinalizer(gateway))
    return {
      status: 'Unknown',
      reason: 'Unanswered',
      message: `The operator does not publish it. Its events say why: kubectl -n ${namespace} describe gateway ${name}`,
    };
  const led = addressesOf(gateway).join(', ') || 'no address';
  return { status: 'True', reason: 'Accepted', message: `Published through its own controller, which names ${led}` };
}
