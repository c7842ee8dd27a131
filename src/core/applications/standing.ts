/** What of a Tunnel's applications stands at Cloudflare, and which routes may be published behind them. */
import type { ObjectKey } from '../../api/objects.ts';
import { sameJson } from '../equal.ts';
import { type Protection, type RefusedRoute, type Route, claimOf } from '../model/route.ts';
import { quoted } from '../quote.ts';
import type { Guards } from './guards.ts';
import type { Missing } from './policies.ts';

/** Why an application does not stand. */
export interface NotStanding {
  /** `Progressing`: nobody has to do anything. */
  readonly reason: 'AccessNotReady' | 'AccessConflict' | 'Progressing';
  readonly why: string;
}

export function withoutPolicies({ missing, isComing }: Missing): NotStanding {
  return { reason: isComing === true ? 'Progressing' : 'AccessNotReady', why: missing };
}

/** `name`: of the application that somebody else has, as far as it is known. */
export function conflicting(name: string | undefined): NotStanding {
  const which = name === undefined ? 'An Access application' : `Access application ${quoted(name)}`;
  const why = `${which} has the same hostname and path, and does not belong to this Tunnel. Delete it at https://one.dash.cloudflare.com, or choose another hostname or path`;
  return { reason: 'AccessConflict', why };
}

/** Cloudflare could not be asked. */
export interface UnknownStanding {
  readonly unknown: string;
}

export type Standing = Protection | NotStanding | UnknownStanding;

/** Routes that may be published, with what protects them. */
export interface ProtectedRoutes {
  readonly routes: readonly Route[];
  /** Routes that are not published, although they are wanted. */
  readonly withheld: readonly Route[];
  /** Why routes are withheld, or keep the protection that they had. */
  readonly refused: readonly RefusedRoute[];
}

/**
 * A route that asks for Access is published behind its application, or with the protection that it was last published
 * with, and not at all without either, or if it would open another one. `standing`: what stands, by domain.
 */
export function protectRoutes(routes: readonly Route[], { guards, standing, published }: Facts): ProtectedRoutes {
  const before = new Map(published.filter(isProtected).map((route) => [claimOf(route), route]));
  const refusals = new Map(guards.refused.map((one) => [one.route, one]));
  const result = { routes: [] as Route[], withheld: [] as Route[], refused: [] as RefusedRoute[] };
  for (const route of routes) {
    const last = guards.straying.has(route) ? undefined : before.get(claimOf(route));
    const refusal = refusals.get(route) ?? refusalOf(route, { guards, standing, last });
    if (refusal === undefined) result.routes.push(withProtection(route, { guards, standing, last }));
    else {
      result.refused.push(last === undefined ? refusal : { ...refusal, isStillServed: true });
      if (last === undefined) result.withheld.push(route);
      else result.routes.push(asBefore(route, last));
    }
  }
  return result;
}

interface Facts {
  readonly guards: Guards;
  readonly standing: (domain: string) => Standing;
  readonly published: readonly Route[];
}

type ProtectedRoute = Route & { readonly protection: Protection };

function isProtected(route: Route): route is ProtectedRoute {
  return route.protection !== undefined;
}

interface Protecting extends Pick<Facts, 'guards' | 'standing'> {
  readonly last: ProtectedRoute | undefined;
}

function refusalOf(route: Route, { guards, standing, last }: Protecting): RefusedRoute | undefined {
  // What asks for nothing is not held up by another route that cannot be protected.
  const domain = route.access === undefined ? undefined : guards.domains.get(route);
  const found = domain === undefined ? undefined : standing(domain);
  if (found === undefined || 'audience' in found) return undefined;
  if ('why' in found) return { route, reason: found.reason, why: `${claimOf(route)}: ${found.why}` };
  // Nothing has changed, so what was published still counts.
  if (last !== undefined && sameJson(last.access, route.access)) return undefined;
  return { route, reason: 'AccessNotReady', why: `${claimOf(route)}: ${found.unknown}` };
}

function withProtection(route: Route, { guards, standing, last }: Protecting): Route {
  const domain = guards.domains.get(route);
  if (domain === undefined) return route;
  const found = standing(domain);
  const protection = 'audience' in found ? found : last?.protection;
  return protection === undefined ? route : { ...route, protection };
}

/** As it is wanted, behind the application that it had. */
function asBefore(wanted: Route, { access, protection }: ProtectedRoute): Route {
  const { access: _, ...route } = wanted;
  return { ...route, ...(access === undefined ? {} : { access }), protection };
}

/** The AccessPolicies that applications need. */
export function policiesIn({ needed }: Guards): readonly ObjectKey[] {
  return [...new Set([...needed.values()].flatMap(({ policies }) => (policies === 'everyone' ? [] : policies)))];
}
