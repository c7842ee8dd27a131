/** The steps about Access applications, on a Tunnel that wants these routes. */
import type { AccessPolicy } from '../../../../../src/api/objects.ts';
import type { Access } from '../../../../../src/controllers/tunnel/pass/ports.ts';
import { type TunnelPass, beginPass } from '../../../../../src/controllers/tunnel/pass/tunnel-pass.ts';
import { ensureApplications } from '../../../../../src/controllers/tunnel/steps/applications/ensure.ts';
import type { Applications, ApplicationsPort } from '../../../../../src/controllers/tunnel/steps/applications/port.ts';
import type { Route, RouteAccess } from '../../../../../src/core/model/route.ts';
import type { OperatorError } from '../../../../../src/runtime/errors.ts';
import { anAccessPolicy } from '../../../../support/access-world.ts';
import type { TunnelTraits } from '../../../../support/builders.ts';
import { aRoute } from '../../../../support/routes.ts';
import { ACCOUNT, HOME, TunnelWorld, tableOf } from '../../../../support/tunnel-world.ts';
import { portsOf } from '../../../../support/tunnel-world-ports.ts';

export const HOST = 'app.example.com';
export const OTHER = 'b.example.com';

export interface Step {
  readonly port: ApplicationsPort;
  readonly pass: TunnelPass;
  readonly access: Access;
}

/** A pass of the step alone. */
export function stepIn(world: TunnelWorld): Step {
  const { pass, steps } = portsOf(world);
  if (world.tunnel === undefined) throw new Error('The Tunnel is gone');
  const signal = new AbortController().signal;
  return {
    port: steps.applications,
    pass: beginPass(pass, world.tunnel, { signal, failures: 0, isRetry: false }),
    access: {
      cloudflare: steps.credentials.cloudflare({ kind: 'token', token: 'token' }),
      accountId: ACCOUNT,
      tunnels: [],
    },
  };
}

export interface Ensured {
  readonly applications: Applications;
  readonly failures: readonly OperatorError[];
  /** Where they are reported. */
  readonly reported: readonly string[];
  /** Why routes are not published as they ask. */
  readonly refused: readonly string[];
}

export async function ensure(
  world: TunnelWorld,
  place: { access?: undefined; tunnelId?: undefined } = {},
): Promise<Ensured> {
  const { port, pass, access } = stepIn(world);
  const applications = await ensureApplications(port, pass, { access, tunnelId: 't', ...place });
  const refused = applications.refused.map(({ reason, why }) => `${reason} ${why}`);
  return { applications, failures: pass.stages.failures, reported: [...pass.stages.reports.keys()], refused };
}

/** The policies `shop/staff` and, without a check, `shop/office` are in the account. */
export function aWorld(routes: readonly Route[] = [asking()], traits: TunnelTraits = {}): TunnelWorld {
  const world = new TunnelWorld(traits);
  world.accessPolicies = [aPolicy('staff', 'Allow'), aPolicy('office', 'Bypass')];
  want(world, ...routes);
  return world;
}

function aPolicy(name: string, decision: 'Allow' | 'Bypass'): AccessPolicy {
  const policy = anAccessPolicy({ decision });
  const accounts = [{ accountId: ACCOUNT, policyId: `id of ${name}` }];
  return { ...policy, metadata: { ...policy.metadata, name }, status: { accounts } };
}

export function asking(hostname = HOST, access: RouteAccess | undefined = ['shop/staff']): Route {
  return { ...aRoute(hostname), access };
}

export function want(world: TunnelWorld, ...routes: readonly Route[]): void {
  world.table = { ...tableOf(), published: new Map([[HOME, routes]]) };
}
