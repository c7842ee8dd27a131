/** Which routes the operator publishes behind Access, as far as it can be told without Cloudflare. */
import type { ObjectKey } from '../../api/objects.ts';
import { type NeededApplication, guardRoutes } from '../applications/guards.ts';
import { isAnyUnchecked, unknownPolicy } from '../applications/policies.ts';
import { type Standing, policiesIn, protectRoutes, withoutPolicies } from '../applications/standing.ts';
import type { CheckedRoutes } from '../ingress/validate.ts';
import type { Protection, Route } from '../model/route.ts';
import type { KnownPolicies } from './known-policies.ts';

/** Stands for an application, which is known only once it stands. */
const EXPECTED: Protection = { team: 'team', audience: '0'.repeat(64) };

/** `published`: what is served now. A route that cannot be protected as it asks keeps the protection that it had. */
export function protectAsKnown(
  routes: readonly Route[],
  { policies, published }: { readonly policies: KnownPolicies; readonly published: readonly Route[] },
): CheckedRoutes {
  const guards = guardRoutes(routes, (named) => isAnyUnchecked(named, policies));
  const standing = (domain: string): Standing => standingOf(guards.needed.get(domain), policies);
  const { routes: good, refused: bad } = protectRoutes(routes, { guards, standing, published });
  return { good, bad };
}

function standingOf(needed: NeededApplication | undefined, policies: KnownPolicies): Standing {
  if (needed === undefined || needed.policies === 'everyone') return EXPECTED;
  const missing = needed.policies.find((key) => policies.isMissing(key));
  return missing === undefined ? EXPECTED : withoutPolicies({ missing: unknownPolicy(missing, policies) });
}

/** Policies that routes name, and of which it is not known whether they exist. */
export function policiesNotRead(routes: readonly Route[], policies: KnownPolicies): readonly ObjectKey[] {
  return policiesIn(guardRoutes(routes)).filter((key) => policies.get(key) === undefined && !policies.isMissing(key));
}
