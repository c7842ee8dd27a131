/** Brings the Access applications of a Tunnel to what its routes ask for, before any rule is published. */
import { isMarked } from '../../../../core/applications/application.ts';
import { guardRoutes } from '../../../../core/applications/guards.ts';
import { isAnyUnchecked } from '../../../../core/applications/policies.ts';
import { type Standing, protectRoutes } from '../../../../core/applications/standing.ts';
import { unlessForbidden } from '../../pass/attempt.ts';
import type { Route } from '../../../../core/model/route.ts';
import type { Access } from '../../pass/ports.ts';
import { publishedRoutes } from '../../pass/published-routes.ts';
import type { TunnelPass } from '../../pass/tunnel-pass.ts';
import { wantedRoutes } from '../../pass/wanted-routes.ts';
import { noteOf } from './note.ts';
import type { Applications, ApplicationsPort } from './port.ts';
import { stand } from './stand.ts';

export interface Place {
  readonly access: Access | undefined;
  readonly tunnelId: string | undefined;
}

const UNKNOWN: Standing = { unknown: 'Cloudflare cannot be asked for its Access application at present' };

/**
 * A failure is reported, and then protected routes keep what they were last published with. What asks for no Access goes
 * on in any case.
 */
export async function ensureApplications(
  port: ApplicationsPort,
  pass: TunnelPass,
  place: Place,
): Promise<Applications> {
  // What protects them is decided anew, also for those that are wanted as they were last published.
  const routes = wantedRoutes(port, pass).map(withoutProtection);
  const published = publishedRoutes(port, pass);
  const guards = guardRoutes(routes, (policies) => isAnyUnchecked(policies, port.accessPolicies));
  const needed = [...guards.needed.values()];
  const { access, tunnelId } = place;
  const canAsk = needed.length > 0 && access !== undefined && tunnelId !== undefined;
  const standing = canAsk
    ? await pass.stages.run('ConfigReady', () => stand({ port, pass, access, tunnelId }, needed))
    : undefined;
  const mayExist = needed.length > 0 || (await ownExist(port, pass, access));
  return {
    ...protectRoutes(routes, { guards, standing: (domain) => standing?.get(domain) ?? UNKNOWN, published }),
    needed: new Set(guards.needed.keys()),
    mayExist,
  };
}

/** Whether Cloudflare has an application of the Tunnel; unknown counts as yes, unless nothing says that there is one. */
async function ownExist(port: ApplicationsPort, pass: TunnelPass, access: Access | undefined): Promise<boolean> {
  const note = noteOf(port, pass);
  if (note === 'none') return false;
  if (access === undefined) return true;
  const { cloudflare, accountId } = access;
  const look = () => cloudflare.applications(accountId, pass.maxAgeMs.records, pass.signal);
  const known = await pass.stages.run('ConfigReady', () => (note === 'some' ? look() : unlessForbidden(look)));
  if (known === undefined) return note === 'some';
  return !cloudflare.hasAllApplications(accountId) || known.some((one) => isMarked(one, pass.mark));
}

function withoutProtection(route: Route): Route {
  const { protection: _, ...rest } = route;
  return rest;
}
