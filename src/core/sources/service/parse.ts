/** Parses the routes that a Service requests in its annotations, before any Tunnel is known. */
import { isOurAnnotation } from '../../../api/annotation-aliases.ts';
import { HOSTNAME, LAN_HOSTNAME, ROUTES, SERVICE_ANNOTATIONS, TUNNEL } from '../../../api/annotations.ts';
import type { Service } from '../../../api/objects.ts';
import type { Problem } from '../../model/route.ts';
import type { ParsedRoute, RequestFields, RouteRequest } from '../../model/route-request.ts';
import { parseChoices } from '../annotations/choices.ts';
import { parseAccess } from '../annotations/access.ts';
import { type Annotations, type Fields, annotationFields } from '../annotations/fields.ts';
import { unknownAnnotations } from '../annotations/unknown.ts';
import { serviceAddresses } from '../../lan/own-addresses.ts';
import { bothProblems, parseLanRequest, requestsLanNames } from '../../lan/request.ts';
import { identityOf } from '../identity.ts';
import type { Parsers } from '../parsers.ts';
import type { RelatedObjects } from '../related.ts';
import { readAliases } from './aliases.ts';
import { foreignTarget } from '../backend/external-name.ts';
import { type RouteContext, parseRoute } from './parse-route.ts';
import { parseRouteList } from './route-list.ts';

const REQUESTING = [HOSTNAME, LAN_HOSTNAME, TUNNEL, ROUTES];
const FIELDS: RequestFields = {
  tunnel: TUNNEL.key,
  hostname: HOSTNAME.key,
  routes: ROUTES.key,
  reason: 'InvalidAnnotation',
};

const findUnknown = unknownAnnotations(SERVICE_ANNOTATIONS);

/**
 * A misspelt annotation counts as a request, so that its author gets an answer. An annotation that only tunes a route
 * does not.
 */
export function requestsExposure({ metadata }: Service): boolean {
  const { annotations, deletionTimestamp } = metadata;
  if (annotations === undefined || deletionTimestamp !== undefined) return false;
  if (!Object.keys(annotations).some(isOurAnnotation)) return false;
  const translated = readAliases(annotations, metadata).annotations;
  return REQUESTING.some(({ key }) => Object.hasOwn(translated, key)) || findUnknown(annotations).length > 0;
}

export function parseService(service: Service, parsers: Parsers, related: RelatedObjects): RouteRequest {
  const identity = identityOf('Service', service);
  const aliases = readAliases(service.metadata.annotations ?? {}, service.metadata);
  const referring = { from: { group: '', kind: 'Service', namespace: identity.namespace }, related };
  const choices = parseChoices(aliases.annotations, referring);
  const { routes, problems } = parseRoutes({ service, choices, parsers, referring }, aliases.annotations);
  const lan = parseLanRequest(aliases.annotations, () => serviceAddresses(service), choices);
  const names = routes.flatMap(({ hostnames }) => hostnames);
  return {
    ...identity,
    tunnel: choices.tunnel,
    routes: [...routes, ...lan.routes],
    problems: [
      ...findUnknown(aliases.annotations),
      ...aliases.problems,
      ...choices.problems,
      ...problems,
      ...lan.problems,
      ...bothProblems(names, lan),
      ...routes.flatMap((route) => route.problems),
    ],
    warnings: [...aliases.warnings, ...routes.flatMap((route) => route.warnings)],
    forbidden: foreignTarget(service),
    fields: FIELDS,
    // In a list, each route may ask for itself.
    ...(Object.hasOwn(aliases.annotations, ROUTES.key) ? {} : choices.asking),
  };
}

function parseRoutes(
  context: RouteContext,
  annotations: Annotations,
): { readonly routes: readonly ParsedRoute[]; readonly problems: readonly Problem[] } {
  const list = annotations[ROUTES.key];
  if (list === undefined && isOnlyLocal(annotations)) return { routes: [], problems: [] };
  if (list === undefined) return { routes: [parseRoute(annotationFields(annotations), context)], problems: [] };
  const { entries, problems } = parseRouteList(list, annotations, context.parsers);
  return { routes: entries.map((fields) => parseEntry(fields, context)), problems };
}

/** The policies of an entry take the place of those in the annotation. */
function parseEntry(fields: Fields, context: RouteContext): ParsedRoute {
  const { choices, referring } = context;
  const { route, problems } = parseAccess(fields, referring);
  const parsed = parseRoute(fields, { ...context, choices: { ...choices, route: { ...choices.route, ...route } } });
  return problems.length === 0 ? parsed : { ...parsed, problems: [...parsed.problems, ...problems] };
}

/** A name of the local network alone asks for no public one, not even for one below the domain of the Tunnel. */
function isOnlyLocal(annotations: Annotations): boolean {
  return requestsLanNames(annotations) && !Object.hasOwn(annotations, HOSTNAME.key);
}
