/**
 * Decides which applications a Tunnel needs, and which of them stands in front of which route.
 *
 * - A route with policies gets the application of its hostname and path.
 * - A route that says `none` gets an application that lets everyone in, if it would be covered by another one of the
 *   Tunnel; else none.
 * - A route that says nothing is covered by whatever application of the Tunnel covers it.
 * - Of two routes of one domain that ask for different things, one is refused: Access cannot tell them apart.
 */
import { ACCESS } from '../../api/annotations.ts';
import type { ObjectKey } from '../../api/objects.ts';
import { sameJson } from '../equal.ts';
import { ANY_HOST } from '../model/hostname.ts';
import { type RefusedRoute, type Route, claimOf } from '../model/route.ts';
import { titleOf } from '../model/source.ts';
import { coverage, domainFor } from './domain.ts';

/** An application that is to stand. */
export interface NeededApplication {
  readonly domain: string;
  readonly policies: readonly ObjectKey[] | 'everyone';
}

export interface Guards {
  /** By domain. */
  readonly needed: ReadonlyMap<string, NeededApplication>;
  /** The domain of the application that protects a route. */
  readonly domains: ReadonlyMap<Route, string>;
  readonly refused: readonly RefusedRoute[];
}

/** A route that asks for policies. */
type AskingRoute = Route & { readonly access: readonly ObjectKey[] };

interface Guarded {
  readonly route: AskingRoute;
  readonly domain: string;
}

/** `routes`: of older sources first. */
export function guardRoutes(routes: readonly Route[]): Guards {
  const refused: RefusedRoute[] = [];
  const guarded = claimDomains(routes.filter(asks), refused);
  const needed = new Map<string, NeededApplication>();
  const domains = new Map<Route, string>();
  for (const { route, domain } of guarded) {
    needed.set(domain, { domain, policies: route.access });
    domains.set(route, domain);
  }
  for (const route of routes.filter((one) => one.access === 'none')) openBelow(route, { guarded, needed, refused });
  const open = routes.filter((route) => route.access === 'none' && refused.every((one) => one.route !== route));
  for (const route of routes.filter((one) => one.access === undefined)) {
    const nearest = nearestTo(route, guarded, open);
    if (nearest !== undefined) domains.set(route, nearest.domain);
  }
  return { needed, domains, refused };
}

function asks(route: Route): route is AskingRoute {
  return route.access !== undefined && route.access !== 'none';
}

/** Of several routes of one domain, the oldest decides about its policies. */
function claimDomains(routes: readonly AskingRoute[], refused: RefusedRoute[]): readonly Guarded[] {
  const holders = new Map<string, AskingRoute>();
  const guarded: Guarded[] = [];
  for (const route of routes) {
    const found = domainFor(route);
    if ('problem' in found) {
      refused.push(notReady(route, found.problem));
      continue;
    }
    const holder = holders.get(found.domain) ?? route;
    holders.set(found.domain, holder);
    if (sameJson(holder.access, route.access)) guarded.push({ route, domain: found.domain });
    else refused.push(contradicting(route, holder));
  }
  return guarded;
}

interface Opening {
  readonly guarded: readonly Guarded[];
  readonly needed: Map<string, NeededApplication>;
  readonly refused: RefusedRoute[];
}

/** An application for everyone, where another one would ask visitors to sign in. */
function openBelow(route: Route, { guarded, needed, refused }: Opening): void {
  const covering = guarded.filter(({ route: by }) => coverage(by, route) !== undefined);
  const [first] = covering;
  if (first === undefined) return;
  const found = domainFor(route);
  if ('problem' in found) return void refused.push(notReady(route, found.problem));
  const same = covering.find(({ domain }) => domain === found.domain);
  if (same !== undefined) return void refused.push(contradicting(route, same.route));
  if (route.proxy?.match !== undefined) return void refused.push(conditional(route, first.route));
  needed.set(found.domain, { domain: found.domain, policies: 'everyone' });
}

/** The route whose application covers another one; `undefined`: none does, or an open one is nearer. */
function nearestTo(route: Route, guarded: readonly Guarded[], open: readonly Route[]): Guarded | undefined {
  if (route.hostname === ANY_HOST) return undefined;
  const opened = Math.max(-1, ...open.map((by) => coverage(by, route) ?? -1));
  const ranked = guarded
    .map((one) => ({ one, rank: coverage(one.route, route) ?? -1 }))
    .filter(({ rank }) => rank > opened)
    .toSorted((a, b) => b.rank - a.rank);
  return ranked[0]?.one;
}

function notReady(route: Route, why: string): RefusedRoute {
  return { route, reason: 'AccessNotReady', why };
}

function contradicting(route: Route, holder: Route): RefusedRoute {
  const why = `${claimOf(route)} asks for other policies than ${claimOf(holder)} of ${titleOf(holder.source)}, and Access cannot tell them apart. Name the same in ${ACCESS.key} of both`;
  return { route, reason: 'AccessConflict', why };
}

function conditional(route: Route, above: Route): RefusedRoute {
  const why = `${claimOf(route)} cannot be open: Access looks at paths alone, and what does not meet the other conditions would enter ${claimOf(above)}. Name its policies in ${ACCESS.key}`;
  return { route, reason: 'AccessConflict', why };
}
