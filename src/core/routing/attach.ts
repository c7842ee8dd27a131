import { DEFAULT_TUNNEL_ANNOTATION } from '../../api/names.ts';
import { HOSTNAME, ROUTES, TUNNEL } from '../../api/annotations.ts';
import type { Namespace, ObjectKey, Service, Tunnel } from '../../api/objects.ts';
import { type Hostname, covers, parseHostname } from '../model/hostname.ts';
import { byAge, compare, keyOf } from '../keys.ts';
import { listed } from '../quote.ts';
import { matchesSelector } from '../selector.ts';
import { keepingConnections } from '../sources/service/balance.ts';
import { foreignTarget } from '../sources/service/external-name.ts';
import type { RouteRequest } from '../sources/service/parse.ts';
import { type Problem, type Warning, type Route, claimOf } from '../model/route.ts';
import { settingWarnings } from '../sources/service/ignored-settings.ts';
import type { ParsedRoute } from '../sources/service/parsed-route.ts';
import { invalid } from '../sources/service/fields.ts';

/** What routes can attach to. */
export interface Attachable {
  readonly tunnels: ReadonlyMap<ObjectKey, Tunnel>;
  readonly defaultTunnel: Tunnel | undefined;
  readonly namespaces: ReadonlyMap<string, Namespace>;
}

/** Where an ask ends up: the Tunnel, the routes it may have there, and what it may not. */
export interface Attachment {
  readonly tunnel: Tunnel | undefined;
  readonly routes: readonly Route[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/** The Tunnel annotated as default; of several the oldest, so that adding one never moves what is live. */
export function defaultTunnelOf(tunnels: readonly Tunnel[]): Tunnel | undefined {
  return tunnels
    .filter((one) => one.metadata.annotations?.[DEFAULT_TUNNEL_ANNOTATION]?.trim() === 'true')
    .toSorted(byAge)[0];
}

/** Finds the Tunnel an ask means and checks that the Tunnel lets it in. */
export function attach(service: Service, request: RouteRequest, to: Attachable): Attachment {
  const tunnel = request.tunnel === undefined ? to.defaultTunnel : to.tunnels.get(request.tunnel);
  const missing = missingTunnel(service, request, tunnel, to);
  if (tunnel === undefined || missing !== undefined) return refused(undefined, missing);
  const outside = namespaceProblem(service, tunnel, to.namespaces) ?? foreignTarget(service);
  if (outside !== undefined) return refused(tunnel, outside);

  const derived = request.routes.some(({ hostnames }) => hostnames.length === 0) ? deriveHostname(service, tunnel) : [];
  if (typeof derived === 'string') return refused(tunnel, { reason: 'InvalidAnnotation', message: derived });
  const routes = request.routes.flatMap((parsed) => routesOf(keyOf(service), parsed, derived, request, tunnel));
  const admitted = routes.filter(({ hostname }) => admitsHostname(tunnel, hostname));
  const shutOut = new Set(
    routes.map(({ hostname }) => hostname).filter((hostname) => !admitsHostname(tunnel, hostname)),
  );
  return {
    tunnel,
    routes: admitted,
    problems: [...duplicates(routes), ...[...shutOut].map((hostname) => notListed(hostname, tunnel))],
    warnings: request.routes.flatMap(({ target }) =>
      target === undefined ? [] : settingWarnings(target, tunnel.spec),
    ),
  };
}

function routesOf(
  source: ObjectKey,
  { hostnames, target }: ParsedRoute,
  derived: readonly Hostname[],
  { dns, balance }: RouteRequest,
  { spec }: Tunnel,
): readonly Route[] {
  if (target === undefined) return [];
  const names = hostnames.length > 0 ? hostnames : derived;
  const settled = keepingConnections(target, balance, spec);
  return names.map((hostname) => ({ source, hostname, ...settled, ...(dns === undefined ? {} : { dns }) }));
}

/** Entries of `cftunnel.io/routes` that ask for the same: which of them is meant is for a person to say. */
function duplicates(routes: readonly Route[]): readonly Problem[] {
  const claims = routes.map(claimOf);
  const twice = new Set(claims.filter((claim, index) => claims.indexOf(claim) !== index));
  return [...twice].map((claim) => invalid(ROUTES.key, `claims ${claim} twice; remove one of the two`));
}

/** Whether a Tunnel, as it stands now, lets a Service in with a hostname; one that is being deleted lets nobody in. */
export function admits(tunnel: Tunnel, service: Service, hostname: Hostname, to: Attachable): boolean {
  if (tunnel.metadata.deletionTimestamp !== undefined) return false;
  if (namespaceProblem(service, tunnel, to.namespaces) !== undefined || foreignTarget(service) !== undefined)
    return false;
  return admitsHostname(tunnel, hostname);
}

function admitsHostname(tunnel: Tunnel, hostname: Hostname): boolean {
  const allowed = tunnel.spec.allowedRoutes?.hostnames ?? [];
  return allowed.length === 0 || allowed.some((pattern) => covers(pattern, hostname));
}

function refused(tunnel: Tunnel | undefined, problem: Problem | undefined): Attachment {
  return { tunnel, routes: [], problems: problem === undefined ? [] : [problem], warnings: [] };
}

function missingTunnel(
  service: Service,
  request: RouteRequest,
  tunnel: Tunnel | undefined,
  to: Attachable,
): Problem | undefined {
  if (tunnel !== undefined && tunnel.metadata.deletionTimestamp === undefined) return undefined;
  const choice = choiceFor(service, to);
  return { reason: 'TunnelNotFound', message: `${whyMissing(request, tunnel)}. ${choice}` };
}

function whyMissing({ tunnel: named }: RouteRequest, tunnel: Tunnel | undefined): string {
  if (tunnel !== undefined) return `Tunnel ${keyOf(tunnel)} is being deleted`;
  if (named !== undefined) return `Tunnel ${named} does not exist`;
  return `No Tunnel is named and none is annotated ${DEFAULT_TUNNEL_ANNOTATION}: "true"`;
}

/** Names only Tunnels that let the Service in: others are none of its author's business. */
function choiceFor(service: Service, { tunnels, namespaces }: Attachable): string {
  const open = [...tunnels.values()].filter(
    (tunnel) =>
      tunnel.metadata.deletionTimestamp === undefined && namespaceProblem(service, tunnel, namespaces) === undefined,
  );
  if (open.length === 0)
    return `Create a Tunnel in namespace ${service.metadata.namespace}: none exists yet that lets this Service in`;
  return `Set ${TUNNEL.key} to one that lets this Service in: ${listed(open.map(keyOf).toSorted(compare))}`;
}

function namespaceProblem(
  service: Service,
  tunnel: Tunnel,
  namespaces: ReadonlyMap<string, Namespace>,
): Problem | undefined {
  const namespace = service.metadata.namespace ?? '';
  const rule = tunnel.spec.allowedRoutes?.namespaces;
  const from = rule?.from ?? 'Same';
  if (from === 'All' || namespace === tunnel.metadata.namespace) return undefined;
  const labels = namespaces.get(namespace)?.metadata.labels ?? {};
  if (from === 'Selector' && rule?.selector !== undefined && matchesSelector(rule.selector, labels)) return undefined;
  return {
    reason: 'NotAllowed',
    message: `Tunnel ${keyOf(tunnel)} does not admit namespace ${namespace} (allowedRoutes.namespaces.from is ${from}). Its owner can change that, or choose another Tunnel`,
  };
}

function notListed(hostname: Hostname, tunnel: Tunnel): Problem {
  const allowed = listed(tunnel.spec.allowedRoutes?.hostnames ?? []);
  return {
    reason: 'NotAllowed',
    message: `Tunnel ${keyOf(tunnel)} does not admit ${hostname}; it admits ${allowed}. Choose such a hostname, or have its owner add this one to spec.allowedRoutes.hostnames`,
  };
}

/** The name of a Service that has given none, or the sentence that says why it has none. */
function deriveHostname(service: Service, tunnel: Tunnel): readonly Hostname[] | string {
  const { domain } = tunnel.spec;
  if (domain === undefined)
    return `Set ${HOSTNAME.key}: Tunnel ${keyOf(tunnel)} has no spec.domain to derive a hostname from`;
  const parsed = parseHostname(`${service.metadata.name}.${domain}`);
  if ('hostname' in parsed) return [parsed.hostname];
  return `Set ${HOSTNAME.key}: the hostname derived from spec.domain of Tunnel ${keyOf(tunnel)} is not one: ${parsed.problem}`;
}
