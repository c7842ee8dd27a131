/**
 * Decides who may enter the hostname of a route, given what the route and its Tunnel ask for.
 *
 * | the route asks for | the Tunnel has policies | it has none | it requires Access            |
 * | ------------------ | ----------------------- | ----------- | ----------------------------- |
 * | nothing            | those                   | open        | those, else it is not served  |
 * | policies           | those of the route      | the same    | the same                      |
 * | `none`             | open                    | open        | it is not served              |
 */
import { ACCESS } from '../../api/annotations.ts';
import { GROUP, TUNNEL_KIND } from '../../api/names.ts';
import type { Tunnel } from '../../api/objects.ts';
import type { GrantLists } from '../grants.ts';
import { keyOf } from '../keys.ts';
import { ANY_HOST } from '../model/hostname.ts';
import { isLanName } from '../model/lan-name.ts';
import type { Problem, Route, RouteAccess } from '../model/route.ts';
import { type AccessSettings, settingsOf } from '../model/tunnel-settings.ts';
import { quoted } from '../quote.ts';
import { notPermitted } from './policy-reference.ts';

/** Who may enter, or why nobody can be let in. */
export type EffectiveAccess = { readonly access?: RouteAccess } | { readonly problem: Problem };

/** What a Tunnel says about Access. */
export interface TunnelAccess extends Pick<AccessSettings, 'policies' | 'required'> {
  readonly tunnel: Tunnel;
  /** Why its own policies may not be used; `undefined`: they may. */
  readonly forbidden: string | undefined;
}

export function tunnelAccess(tunnel: Tunnel, related: GrantLists): TunnelAccess {
  const { policies, required } = settingsOf(tunnel).access;
  const from = { group: GROUP, kind: TUNNEL_KIND, namespace: tunnel.metadata.namespace ?? '' };
  const [forbidden] = policies.flatMap((policy) => notPermitted(policy, { from, related }) ?? []);
  return { tunnel, policies, required, forbidden };
}

export function effectiveAccess(asked: RouteAccess | undefined, of: TunnelAccess): EffectiveAccess {
  const { policies, required, tunnel, forbidden } = of;
  const access = asked ?? (policies.length === 0 ? undefined : policies);
  if (required && (access === undefined || access === 'none')) return { problem: accessRequired(asked, tunnel) };
  if (asked === undefined && forbidden !== undefined)
    return {
      problem: { reason: 'AccessNotReady', message: `Tunnel ${keyOf(tunnel)}, spec.access.policies: ${forbidden}` },
    };
  return access === undefined ? {} : { access };
}

function accessRequired(asked: RouteAccess | undefined, tunnel: Tunnel): Problem {
  const advice =
    asked === 'none'
      ? `${ACCESS.key}: none has no effect there. Remove it, or use another Tunnel`
      : `Name AccessPolicies in ${ACCESS.key}, or use another Tunnel`;
  return { reason: 'AccessRequired', message: `Tunnel ${keyOf(tunnel)} requires Access. ${advice}` };
}

type Guarded = Pick<Route, 'hostname' | 'path' | 'access'>;

/** Why Access cannot protect a route, whatever its policies; `undefined`: it can, or need not. */
export function unprotectable({ hostname, path, access }: Guarded): Problem | undefined {
  const reason = 'AccessNotReady';
  if (access === undefined || access === 'none') return undefined;
  if (hostname === ANY_HOST)
    return {
      reason,
      message: `${ACCESS.key}: Access protects hostnames, and this route names none. Name its hostnames`,
    };
  if (path?.type !== 'Regex') return undefined;
  const why = `Access knows no patterns, so it cannot protect the path ${quoted(path.value)} of ${hostname}`;
  return { reason, message: `${ACCESS.key}: ${why}. Use a prefix, or protect the whole hostname` };
}

/** Whether a route that was published before may stay so: its Tunnel, or its source, may ask for Access by now. */
export function isProtectedEnough(
  route: Pick<Route, 'access' | 'addresses'>,
  asksForAccess: boolean,
  tunnel: Tunnel,
): boolean {
  const { access } = route;
  const isProtected = access !== undefined && access !== 'none';
  return isProtected || isLanName(route) || (!asksForAccess && !settingsOf(tunnel).access.required);
}

/** The AccessPolicies that routes use, each once. */
export function policiesOf(routes: readonly Pick<Route, 'access'>[]): ReadonlySet<string> {
  return new Set(routes.flatMap(({ access }) => (access === undefined || access === 'none' ? [] : access)));
}
