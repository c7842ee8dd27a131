/** Attaches requested routes to a Tunnel, as far as the Tunnel admits them. */
import type { Namespace, Tunnel } from '../../api/objects.ts';
import { type Hostname, parseHostname } from '../model/hostname.ts';
import { keyOf } from '../keys.ts';
import { isLanName } from '../model/lan-name.ts';
import { type PathMatch, type Problem, type Route, type Warning, claimOf } from '../model/route.ts';
import type { ParsedRoute, RouteRequest } from '../model/route-request.ts';
import type { SourceKey } from '../model/source.ts';
import { hostnameProblem, isBeingDeleted, namespaceProblem } from './admission.ts';
import type { Attachable } from './attachable.ts';
import { keepConnections } from './balance.ts';
import { type TunnelAccess, effectiveAccess, tunnelAccess, unprotectable } from '../protection/effective-access.ts';
import { ignoredSettings } from './ignored-settings.ts';
import { tunnelNotFound } from './tunnel-not-found.ts';

export interface Attachment {
  readonly tunnel: Tunnel | undefined;
  /** Routes that the Tunnel admits. */
  readonly routes: readonly Route[];
  /** Routes that cannot be served as requested, and do not affect the others. */
  readonly broken: readonly BrokenRoute[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/** What a route claims whose target or hostname is not known. */
export interface BrokenRoute {
  /** Those whose last good rules stay. */
  readonly hostnames: readonly Hostname[];
  /** The hostname cannot be derived, so it may be any that begins like this and that the other routes leave. */
  readonly prefix?: string;
  readonly path: PathMatch | undefined;
  /** The path is invalid, so it may be any that the other routes leave. */
  readonly isPathUnknown: boolean;
  readonly problems: readonly Problem[];
}

/** Finds the Tunnel that a request means, and checks what the Tunnel admits. */
export function attach(request: RouteRequest, to: Attachable): Attachment {
  const tunnel = request.tunnel === undefined ? to.defaultTunnel : to.tunnels.get(request.tunnel);
  if (tunnel === undefined || isBeingDeleted(tunnel)) return refused(undefined, tunnelNotFound(request, tunnel, to));
  const problem = namespaceProblem(request.admittedIn ?? request.namespace, tunnel, to.namespaces) ?? request.forbidden;
  if (problem !== undefined) return refused(tunnel, problem);
  const derived = request.routes.some(needsHostname) ? deriveHostname(request, tunnel) : {};
  if (derived.problem !== undefined && !request.routes.some(({ hostnames }) => hostnames.length > 0))
    return refused(tunnel, derived.problem);
  const access = tunnelAccess(tunnel, to.related);
  return attachRoutes(request, { tunnel, derived, access, namespace: to.namespaces.get(request.namespace) });
}

function refused(tunnel: Tunnel | undefined, problem: Problem): Attachment {
  return { tunnel, routes: [], broken: [], problems: [problem], warnings: [] };
}

function attachRoutes(request: RouteRequest, attaching: Attaching): Attachment {
  const { tunnel, namespace } = attaching;
  const asked = request.routes.flatMap((parsed) => routesOf(parsed, request.source, attaching));
  const { routes, problems } = withAccess(asked, attaching);
  const rejected = new Map<Hostname, Problem>();
  for (const { hostname } of routes) {
    const problem = hostnameProblem(hostname, tunnel, namespace);
    if (problem !== undefined) rejected.set(hostname, problem);
  }
  return {
    tunnel,
    routes: routes.filter(({ hostname }) => !rejected.has(hostname)),
    broken: [...request.routes.flatMap((parsed) => brokenRoute(parsed, attaching)), ...nameless(request, attaching)],
    problems: [...duplicates(request, asked), ...problems, ...rejected.values()],
    warnings: request.routes.flatMap(({ target }) =>
      target === undefined ? [] : ignoredSettings(target, tunnel.spec),
    ),
  };
}

interface Attaching {
  readonly tunnel: Tunnel;
  readonly derived: Derived;
  readonly access: TunnelAccess;
  /** The Namespace of the request. */
  readonly namespace: Namespace | undefined;
}

function routesOf(
  { hostnames, target, balance }: ParsedRoute,
  source: SourceKey,
  { tunnel, derived }: Attaching,
): readonly Route[] {
  if (target === undefined) return [];
  const names = namesOf(hostnames, derived);
  const settled = keepConnections(target, balance, tunnel.spec);
  return names.map((hostname) => ({ source, hostname, ...settled }));
}

/**
 * The routes with those who may enter. One that cannot be protected as it must be is left out. Nobody enters a name of the
 * local network through Cloudflare.
 */
function withAccess(
  asked: readonly Route[],
  { access: of }: Attaching,
): { readonly routes: readonly Route[]; readonly problems: readonly Problem[] } {
  const routes: Route[] = [];
  const problems = new Map<string, Problem>();
  for (const { access, ...route } of asked) {
    if (isLanName(route)) {
      routes.push(route);
      continue;
    }
    const settled = effectiveAccess(access, of);
    const guarded = 'problem' in settled ? route : { ...route, ...settled };
    const problem = 'problem' in settled ? settled.problem : unprotectable(guarded);
    if (problem === undefined) routes.push(guarded);
    else problems.set(problem.message, problem);
  }
  return { routes, problems: [...problems.values()] };
}

function brokenRoute(
  { hostnames, target, path, isPathUnknown, isForbidden, problems }: ParsedRoute,
  { tunnel, derived, namespace }: Attaching,
): readonly BrokenRoute[] {
  if (target !== undefined) return [];
  const admitted = namesOf(hostnames, derived).filter((name) => hostnameProblem(name, tunnel, namespace) === undefined);
  return [{ hostnames: isForbidden === true ? [] : admitted, path, isPathUnknown: isPathUnknown === true, problems }];
}

function namesOf(hostnames: readonly Hostname[], { hostname }: Derived): readonly Hostname[] {
  return hostnames.length > 0 || hostname === undefined ? hostnames : [hostname];
}

/** Routes that name no hostname and get none. Other routes name theirs, and are served. */
function nameless({ name, routes }: RouteRequest, { derived: { problem } }: Attaching): readonly BrokenRoute[] {
  if (problem === undefined) return [];
  return routes.filter(needsHostname).map(({ target, path = target?.path, isPathUnknown }, index) => ({
    hostnames: [],
    prefix: `${name}.`,
    path,
    isPathUnknown: isPathUnknown === true,
    problems: index === 0 ? [problem] : [],
  }));
}

/** Two routes of one request with the same claim: only a person can say which one is meant. */
function duplicates({ fields }: RouteRequest, routes: readonly Route[]): readonly Problem[] {
  if (routes.length < 2) return [];
  const claims = routes.map(claimOf);
  const repeated = new Set(claims.filter((claim, index) => claims.indexOf(claim) !== index));
  return [...repeated].map((claim) => ({
    reason: fields.reason,
    message: `${fields.routes}: claims ${claim} twice; remove one of the two`,
  }));
}

function needsHostname({ hostnames, isForbidden }: ParsedRoute): boolean {
  return hostnames.length === 0 && isForbidden !== true;
}

/** The hostname of routes that name none, or why there is none. Empty: no route needs it. */
interface Derived {
  readonly hostname?: Hostname;
  readonly problem?: Problem;
}

/** The hostname of a request that names none: the name of its object below the domain of the Tunnel. */
function deriveHostname({ name, fields }: RouteRequest, tunnel: Tunnel): Derived {
  const { domain } = tunnel.spec;
  const parsed = domain === undefined ? undefined : parseHostname(`${name}.${domain}`);
  if (parsed !== undefined && 'hostname' in parsed) return parsed;
  const why =
    parsed === undefined
      ? `Tunnel ${keyOf(tunnel)} has no spec.domain to derive a hostname from`
      : `the hostname derived from spec.domain of Tunnel ${keyOf(tunnel)} is invalid: ${parsed.problem}`;
  return { problem: { reason: fields.reason, message: `Set ${fields.hostname}: ${why}` } };
}
