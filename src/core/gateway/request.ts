/** Makes the request of a route that is attached to Gateways, whatever kind of route it is. */
import type { ConditionStatus } from '../../api/conditions.ts';
import type { GatewayRoute } from '../../api/gateway-routes.ts';
import type { ObjectKey } from '../../api/objects.ts';
import { hasFinalizer } from '../finalizer.ts';
import { splitKey } from '../keys.ts';
import { ANY_HOST, type Hostname, parseHostname } from '../model/hostname.ts';
import type { Problem, Warning } from '../model/route.ts';
import type { RouteParent } from '../model/route-parent.ts';
import type { RequestFields, RouteRequest } from '../model/route-request.ts';
import { keyAtTunnel } from '../model/source.ts';
import { listed } from '../quote.ts';
import { identityOf } from '../sources/identity.ts';
import type { RelatedObjects } from '../sources/related.ts';
import { type Attachment, type AttachingRoute, attachTo } from './attach.ts';
import { accessOf, withAccess } from './access.ts';
import { withoutLanNames } from '../lan/request.ts';
import { lanRequestOf } from './lan.ts';
import { type RouteParts, closedIn, droppedIn, hasNoMatch, isFullyDropped, routesAt, unresolvedIn } from './parts.ts';

const FIELDS: RequestFields = {
  tunnel: 'spec.parentRefs',
  hostname: 'spec.hostnames',
  routes: 'spec.rules',
  reason: 'InvalidSpec',
};

/** Whether any Gateway of ours is a parent. */
export function hasParent(kind: string, route: GatewayRoute, related: RelatedObjects): boolean {
  return (
    route.metadata.deletionTimestamp === undefined &&
    attachmentsOf(attachingRoute(kind, route), route, related).length > 0
  );
}

export function requestOf(
  kind: string,
  route: GatewayRoute,
  { parts, related }: { readonly parts: RouteParts; readonly related: RelatedObjects },
): RouteRequest {
  const attachments = attachmentsOf(attachingRoute(kind, route), route, related);
  const accepted = attachments.filter(({ accepted: { status } }) => status === 'True');
  const byTunnel = [...Map.groupBy(accepted, ({ tunnel }) => tunnel ?? '')];
  const { asking, ...access } = accessOf(kind, route, related);
  const lan = lanRequestOf(route, related);
  const common = {
    ...identityOf(kind, route),
    problems: [...access.problems, ...lan.problems, ...problemsOf(parts)],
    warnings: warningsOn(route),
    fields: FIELDS,
    ...asking,
  };
  const [first, ...others] = byTunnel.map(([tunnel, at], index) => {
    const { routes, ...part } = withAccess(partAt(tunnel, at, parts), access.route);
    const ofPublic = routes.flatMap((one) => withoutLanNames(one, lan));
    return { ...common, ...part, routes: index === 0 ? [...ofPublic, ...lan.routes] : ofPublic };
  });
  const policies = [...new Set(parts.flatMap(({ rule }) => rule.policies))];
  const parents = {
    generation: route.metadata.generation ?? 0,
    parents: attachments.map((attachment) => parentOf(attachment, parts)),
    ...(policies.length === 0 ? {} : { policies }),
  };
  if (first === undefined) return { ...common, ...refusedPart(attachments), parents };
  const elsewhere = others.map((one) => ({ ...one, source: keyAtTunnel(common.source, one.tunnel), parents }));
  return { ...first, parents, ...(elsewhere.length === 0 ? {} : { others: elsewhere }) };
}

function attachingRoute(kind: string, route: GatewayRoute): AttachingRoute {
  const { hostnames = [] } = route.spec;
  const parsed = hostnames.flatMap((text) => {
    const one = parseHostname(text);
    return 'hostname' in one ? [one.hostname] : [];
  });
  return {
    kind,
    namespace: route.metadata.namespace ?? '',
    hostnames: hostnames.length === 0 ? [ANY_HOST] : parsed,
    wasOurs: hasFinalizer(route),
  };
}

function attachmentsOf(
  attaching: AttachingRoute,
  { spec }: GatewayRoute,
  related: RelatedObjects,
): readonly Attachment[] {
  return (spec.parentRefs ?? []).flatMap((reference) => attachTo(reference, attaching, related) ?? []);
}

type RequestPart = Pick<RouteRequest, 'routes' | 'forbidden' | 'admittedIn'> & { readonly tunnel: ObjectKey };

/** What is requested of one Tunnel. A Gateway and its Tunnel are in one namespace. */
function partAt(tunnel: ObjectKey, attachments: readonly Attachment[], parts: RouteParts): RequestPart {
  const hostnames = new Set(attachments.flatMap((one) => one.hostnames));
  const isWithTls = (hostname: Hostname): boolean =>
    attachments.some((one) => one.hostnames.includes(hostname) && !one.withoutTls.includes(hostname));
  const withoutTls = new Set([...hostnames].filter((hostname) => !isWithTls(hostname)));
  return {
    tunnel,
    routes: [...routesAt([...hostnames], { withoutTls, owners: ownersOf(attachments) }, parts), ...closedIn(parts)],
    forbidden: undefined,
    admittedIn: splitKey(tunnel).namespace,
  };
}

function ownersOf(attachments: readonly Attachment[]): ReadonlyMap<Hostname, string> {
  return new Map(attachments.flatMap(({ owners }) => [...owners]));
}

/** No Gateway admits the route: nothing of it may stay published. */
function refusedPart(attachments: readonly Attachment[]): Omit<RequestPart, 'tunnel'> & Pick<RouteRequest, 'tunnel'> {
  const [first] = attachments;
  const message = listed([...new Set(attachments.map(({ accepted }) => accepted.message))], '; ');
  const tunnel = first?.tunnel;
  return {
    tunnel,
    routes: [],
    forbidden: { reason: 'NotAllowed', message },
    ...(tunnel === undefined ? {} : { admittedIn: splitKey(tunnel).namespace }),
  };
}

/** Problems of single rules are told as such. A route without any other keeps what was live. */
function problemsOf(parts: RouteParts): readonly Problem[] {
  if (!hasNoMatch(parts)) return [];
  return [{ reason: 'InvalidSpec', message: `spec.rules: ${listed(droppedIn(parts), '; ')}` }];
}

function warningsOn({ spec: { hostnames = [] } }: GatewayRoute): readonly Warning[] {
  return hostnames.flatMap((text) => {
    const parsed = parseHostname(text);
    return 'problem' in parsed
      ? [{ reason: 'SettingIgnored' as const, message: `spec.hostnames: ${parsed.problem}, so it is left out` }]
      : [];
  });
}

function parentOf({ reference, gateway, listeners, accepted }: Attachment, parts: RouteParts): RouteParent {
  const dropped = droppedIn(parts);
  const isRefused = accepted.status === 'True' && isFullyDropped(parts);
  const unsupported = condition('Accepted', 'False', { reason: 'UnsupportedValue', message: listed(dropped, '; ') });
  const isPartial = accepted.status === 'True' && dropped.length > 0 && !isRefused;
  const partial = { reason: 'UnsupportedValue', message: `Dropped Rule: ${listed(dropped, '; ')}` };
  return {
    reference,
    gateway,
    listeners: isRefused ? [] : listeners,
    conditions: [
      isRefused ? unsupported : accepted,
      resolvedRefs(parts),
      ...(isPartial ? [condition('PartiallyInvalid', 'True', partial)] : []),
    ],
  };
}

function resolvedRefs(parts: RouteParts): RouteParent['conditions'][number] {
  const unresolved = unresolvedIn(parts);
  const [first] = unresolved;
  if (first === undefined)
    return condition('ResolvedRefs', 'True', { reason: 'ResolvedRefs', message: 'Every reference leads to an object' });
  const message = listed([...new Set(unresolved.map((one) => one.message))], '; ');
  return condition('ResolvedRefs', 'False', { reason: first.reason, message });
}

function condition(
  type: RouteParent['conditions'][number]['type'],
  status: ConditionStatus,
  { reason, message }: { readonly reason: string; readonly message: string },
): RouteParent['conditions'][number] {
  return { type, status, reason, message };
}
