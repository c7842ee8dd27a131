/** Reads who may enter the hostnames of a route: an annotation of a route of a Gateway. */
import { GATEWAY_ROUTE_ANNOTATIONS } from '../../api/annotations.ts';
import { GATEWAY_GROUP } from '../../api/gateway-objects.ts';
import type { KubeObject } from '../../api/objects.ts';
import type { Route } from '../model/route.ts';
import type { RouteRequest } from '../model/route-request.ts';
import { type AccessChoice, asksForAccess, parseAccess } from '../sources/annotations/access.ts';
import { annotationFields } from '../sources/annotations/fields.ts';
import { unknownAnnotations } from '../sources/annotations/unknown.ts';
import type { RelatedObjects } from '../sources/related.ts';

const findUnknown = unknownAnnotations(GATEWAY_ROUTE_ANNOTATIONS);

export interface RequestedAccess extends AccessChoice {
  readonly asking: Pick<RouteRequest, 'asksForAccess'>;
}

export function accessOf(kind: string, { metadata }: KubeObject, related: RelatedObjects): RequestedAccess {
  const { annotations = {}, namespace = '' } = metadata;
  const fields = annotationFields(annotations);
  const { route, problems } = parseAccess(fields, { from: { group: GATEWAY_GROUP, kind, namespace }, related });
  return {
    route,
    // A misspelt key may have been meant to protect the route.
    problems: [...findUnknown(annotations), ...problems],
    asking: asksForAccess(fields) ? { asksForAccess: true } : {},
  };
}

export function withAccess<Part extends Pick<RouteRequest, 'routes'>>(part: Part, access: Pick<Route, 'access'>): Part {
  if (access.access === undefined) return part;
  const routes = part.routes.map((route) =>
    route.target === undefined ? route : { ...route, target: { ...route.target, ...access } },
  );
  return { ...part, routes };
}
