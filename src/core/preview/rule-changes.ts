/** How the rules of a Tunnel differ between two states. */
import { sameJson } from '../equal.ts';
import { ruleOf } from '../ingress/rule.ts';
import { hasRule } from '../model/lan-name.ts';
import { byPrecedence } from '../model/precedence.ts';
import { type Route, claimOf } from '../model/route.ts';
import type { SourceKey } from '../model/source.ts';

export interface RuleChange {
  readonly kind: 'add' | 'change' | 'remove';
  /** What the rule matches. */
  readonly claim: string;
  readonly source: SourceKey;
  readonly origin: string;
  /** What a changed rule was before. */
  readonly before?: { readonly source: SourceKey; readonly origin: string };
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
    return [{ kind: 'change', ...describe(route), before: { source: previous.source, origin: previous.origin } }];
  });
  const gone = before.filter((route) => !is.has(claimOf(route))).toSorted(byPrecedence);
  return [...kept, ...gone.map((route) => ({ kind: 'remove' as const, ...describe(route) }))];
}

function isSame(a: Route, b: Route): boolean {
  return a.source === b.source && sameJson(ruleOf(a), ruleOf(b));
}

function describe(route: Route): Pick<RuleChange, 'claim' | 'source' | 'origin'> {
  return { claim: claimOf(route), source: route.source, origin: route.origin };
}
