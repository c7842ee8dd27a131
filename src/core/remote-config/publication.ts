/** Decides which routes a Tunnel publishes at Cloudflare, and which of the rules there belong to others. */
import { byPrecedence } from '../model/precedence.ts';
import type { RefusedRoute, Route } from '../model/route.ts';
import { type RemoteConfig, type RemoteRule, rulesOf } from './configuration.ts';
import { existingRules, matchOf, refusedFor } from './existing.ts';
import { type PlanFacts, isRemovable, planConfiguration } from './plan.ts';
import { possibleRules, rulesFor } from './route-rules.ts';

export interface PublicationFacts {
  readonly current: RemoteConfig;
  /** Wanted, or still resolving, and harmless. */
  readonly routes: readonly Route[];
  /** Published before. */
  readonly published: readonly Route[];
  readonly spec: PlanFacts['spec'];
  /** Rules of others that status names. */
  readonly named: ReadonlySet<string>;
}

export interface Publication {
  readonly publishable: readonly Route[];
  /** Published routes that are to be removed, and whose rule Cloudflare still has. */
  readonly leaving: readonly Route[];
  /** Routes whose hostname a rule of others holds. */
  readonly conflicts: readonly RefusedRoute[];
  /** Rules of others. */
  readonly existing: readonly RemoteRule[];
}

export function decidePublication(facts: PublicationFacts): Publication {
  const { current, routes, published } = facts;
  const own = [...possibleRules(published).values()].flat();
  const existing = existingRules(current, { wanted: rulesFor(routes).wanted, published: own });
  const staying = existing.filter((rule) => !isRemovable(rule, facts));
  const conflicts = refusedFor(staying, routes, published);
  const refused = new Set(conflicts.map(({ route }) => route));
  const publishable = routes.filter((route) => !refused.has(route));
  return { publishable, leaving: leavingRoutes(facts, publishable), conflicts, existing };
}

/** Whether Cloudflare has other rules than all that are to be published, or rules that are leaving. */
export function isWriteNeeded(facts: PublicationFacts): boolean {
  const { publishable, existing } = decidePublication(facts);
  return planConfiguration({ ...facts, ...rulesFor(publishable.toSorted(byPrecedence)), existing }).isChanged;
}

function leavingRoutes({ current, published }: PublicationFacts, publishable: readonly Route[]): readonly Route[] {
  const kept = new Set(rulesFor(publishable).wanted.map(matchOf));
  const inForce = new Set(rulesOf(current).map(matchOf));
  const isLeft = (rule: RemoteRule): boolean => !kept.has(matchOf(rule)) && inForce.has(matchOf(rule));
  const possible = possibleRules(published);
  return published
    .filter((route) => possible.get(route)?.some(isLeft) === true)
    .map((route) => ({ ...route, isLeaving: true as const }));
}
