/**
 * Decides which applications a Tunnel needs, and which of them stands in front of which route.
 *
 * - A route with policies gets the application of its hostname and path.
 * - A route that says `none` gets an application that lets everyone in, if it would be covered by another one of the
 *   Tunnel; else none.
 * - A route that says nothing is covered by whatever application of the Tunnel covers it.
 * - Of two routes of one domain that ask for different things, one is refused: Access cannot tell them apart.
 * - A route is refused if requests that are not its own would enter what is protected above it.
 */
import { ACCESS } from '../../api/annotations.ts';
import type { ObjectKey } from '../../api/objects.ts';
import { sameJson } from '../equal.ts';
import { ANY_HOST } from '../model/hostname.ts';
import { type RefusedRoute, type Route, claimOf } from '../model/route.ts';
import { titleOf } from '../model/source.ts';
import { coverage, domainFor } from './domain.ts';
import { type IsUnchecked, enteredByStrays, isConditional } from './stray.ts';

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
  /** Routes whose application would let people into what is above it, so that it may not even stay as it is. */
  readonly straying: ReadonlySet<Route>;
}

/** A route that asks for policies. */
type AskingRoute = Route & { readonly access: readonly ObjectKey[] };

interface Guarded {
  readonly route: AskingRoute;
  readonly domain: string;
}

/** `routes`: of older sources first. */
export function guardRoutes(routes: readonly Route[], isUnchecked: IsUnchecked = () => false): Guards {
  const refused: RefusedRoute[] = [];
  const strays = new Map(routes.map((route) => [route, enteredByStrays(route, routes, isUnchecked)]));
  const guarded = claimDomains(routes.filter(asks), { strays, refused });
  const needed = new Map<string, NeededApplication>();
  const domains = new Map<Route, string>();
  for (const { route, domain } of guarded) {
    needed.set(domain, { domain, policies: route.access });
    domains.set(route, domain);
  }
  for (const route of routes.filter((one) => one.access === 'none'))
    openBelow(route, { guarded, needed, strays, refused });
  const open = routes.filter((route) => route.access === 'none' && refused.every((one) => one.route !== route));
  for (const route of routes.filter((one) => one.access === undefined)) {
    const nearest = nearestTo(route, guarded, open);
    if (nearest !== undefined) domains.set(route, nearest.domain);
  }
  const straying = new Set(routes.filter((route) => strays.get(route) !== undefined));
  return { needed, domains, refused, straying };
}

function asks(route: Route): route is AskingRoute {
  return route.access !== undefined && route.access !== 'none';
}

interface Refusing {
  /** By route, what requests would enter that are not its own. */
  readonly strays: ReadonlyMap<Route, Route | undefined>;
  readonly refused: RefusedRoute[];
}

/** Of several routes of one domain, the oldest decides about its policies. */
function claimDomains(routes: readonly AskingRoute[], { strays, refused }: Refusing): readonly Guarded[] {
  const holders = new Map<string, AskingRoute>();
  const guarded: Guarded[] = [];
  for (const route of routes) {
    const found = domainFor(route);
    const entered = strays.get(route);
    if ('problem' in found) refused.push(notReady(route, found.problem));
    else if (entered !== undefined) refused.push(lettingIn(route, entered));
    else {
      const holder = holders.get(found.domain) ?? route;
      holders.set(found.domain, holder);
      if (sameJson(holder.access, route.access)) guarded.push({ route, domain: found.domain });
      else refused.push(contradicting(route, holder));
    }
  }
  return guarded;
}

interface Opening extends Refusing {
  readonly guarded: readonly Guarded[];
  readonly needed: Map<string, NeededApplication>;
}

/** An application for everyone, where another one would ask visitors to sign in. */
function openBelow(route: Route, { guarded, needed, strays, refused }: Opening): void {
  const covering = guarded.filter(({ route: by }) => coverage(by, route) !== undefined);
  const [first] = covering;
  if (first === undefined) return;
  const found = domainFor(route);
  if ('problem' in found) return void refused.push(notReady(route, found.problem));
  const same = covering.find(({ domain }) => domain === found.domain);
  if (same !== undefined) return void refused.push(contradicting(route, same.route));
  if (isConditional(route)) return void refused.push(conditional(route, first.route));
  const entered = strays.get(route);
  if (entered !== undefined) return void refused.push(lettingIn(route, entered));
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
  const why = `${claimOf(route)} cannot be open: ${CONDITIONS_STRAY} ${claimOf(above)}. Name its policies in ${ACCESS.key}`;
  return { route, reason: 'AccessConflict', why };
}

function lettingIn(route: Route, entered: Route): RefusedRoute {
  const what = route.access === 'none' ? 'be open' : 'have policies of its own';
  const [why, remedy] = isConditional(route)
    ? [`${CONDITIONS_STRAY} ${claimOf(entered)}`, 'Name']
    : [
        `Access lets the same people into every path below it, and these would enter ${claimOf(entered)}, where a policy with the decision Bypass keeps connectors from asking for a token`,
        'Use a Prefix path, or name',
      ];
  return {
    route,
    reason: 'AccessConflict',
    why: `${claimOf(route)} cannot ${what}: ${why}. ${remedy} the same in ${ACCESS.key} of both`,
  };
}

const CONDITIONS_STRAY = 'Access looks at paths alone, and what does not meet the other conditions would enter';
