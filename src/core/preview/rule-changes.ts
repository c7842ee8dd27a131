/** How the rules of a Tunnel differ between two states. */
import { sameJson } from '../equal.ts';
import { ruleOf } from '../ingress/rule.ts';
import { hasRule } from '../model/lan-name.ts';
import { byPrecedence } from '../model/precedence.ts';
import { type Route, type RouteAccess, claimOf } from '../model/route.ts';
import type { SourceKey } from '../model/source.ts';

export interface RuleChange {
  readonly kind: 'add' | 'change' | 'remove';
  /** What the rule matches. */
  readonly claim: string;
  readonly source: SourceKey;
  readonly origin: string;
  /** Who may enter. Absent: nothing was said. */
  readonly access?: RouteAccess;
  /** What a changed rule was before. */
  readonly before?: { readonly source: SourceKey; readonly origin: string; readonly access?: RouteAccess };
}

/** In the order in which the rules match, removed ones last. */
export function ruleChanges(routesBefore: readonly Route[], routesAfter: readonly Route[]): readonly RuleChange[] {
  const [before, after] = [routesBefore.filter(hasRule), routesAfter.filter(hasRule)];
  const was = new Map(before.map((route) => [claimOf(route), route]));
  const is = new Set(after.map(claimOf));
  const kept = after.toSorted(byPrecedence).flatMap((route): readonly RuleChange[] => {
    const previous = was.get(claimOf(route));
    if (previous === undefined) return [{ kind: 'add', ...describe(route) }];
    if (isSame(previous, route)) return [];
    return [{ kind: 'change', ...describe(route), before: placeOf(previous) }];
  });
  const gone = before.filter((route) => !is.has(claimOf(route))).toSorted(byPrecedence);
  return [...kept, ...gone.map((route) => ({ kind: 'remove' as const, ...describe(route) }))];
}

function isSame(a: Route, b: Route): boolean {
  return a.source === b.source && sameJson(withoutCheck(a), withoutCheck(b)) && sameJson(a.access, b.access);
}

/** What protects a route is known only once its application stands. */
function withoutCheck(route: Route): unknown {
  const { protection: _, ...rest } = route;
  return ruleOf(rest);
}

function describe(route: Route): Omit<RuleChange, 'kind' | 'before'> {
  return { claim: claimOf(route), ...placeOf(route) };
}

function placeOf({ source, origin, access }: Route): NonNullable<RuleChange['before']> {
  return { source, origin, ...(access === undefined ? {} : { access }) };
}
