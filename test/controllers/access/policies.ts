/** An AccessPolicy, what happens to it, and what it says. */
import type { AccessPolicySpec } from '../../../src/api/accesspolicy.gen.ts';
import type { AccessPolicy, Tunnel } from '../../../src/api/objects.ts';
import type { RemotePolicy } from '../../../src/core/access/remote.ts';
import { AccessWorld, OTHER_ACCOUNT, anAccessPolicy } from '../../support/access-world.ts';
import { EPOCH, type TunnelTraits, aTunnel } from '../../support/builders.ts';

/** Its name at Cloudflare. */
export const NAME = 'cftunnel.io owner=test/shop/staff';
export const STAFF = anAccessPolicy({ decision: 'Allow', include: [{ email: 'ann@example.com' }] });

export function aPolicyWorld(spec: AccessPolicySpec = STAFF.spec): AccessWorld {
  const world = new AccessWorld();
  world.policy = anAccessPolicy(spec);
  return world;
}

/** It is at Cloudflare. */
export async function settledWorld(spec?: AccessPolicySpec): Promise<AccessWorld> {
  const world = aPolicyWorld(spec);
  await world.settle(() => world.policyPass());
  world.log.length = 0;
  world.told.length = 0;
  return world;
}

/** It is used in both accounts. */
export async function widelyUsedWorld(): Promise<AccessWorld> {
  const world = aPolicyWorld();
  world.otherTunnels = [elsewhere()];
  world.users = ['shop/home', 'shop/edge'];
  await world.settle(() => world.policyPass());
  world.log.length = 0;
  world.told.length = 0;
  return world;
}

/** A Tunnel in the other account. */
export function elsewhere({ spec, ...traits }: TunnelTraits = {}): Tunnel {
  return aTunnel('shop/edge', { ...traits, spec: { accountId: OTHER_ACCOUNT, ...spec } });
}

export function edit(world: AccessWorld, spec: AccessPolicySpec): void {
  const { metadata, ...policy } = present(world);
  const generation = (metadata.generation ?? 0) + 1;
  world.policy = { ...policy, metadata: { ...metadata, generation }, spec: { ...policy.spec, ...spec } };
}

/** Without a finalizer, the API server removes it at once. */
export function remove(world: AccessWorld): void {
  const { metadata, ...policy } = world.policy ?? STAFF;
  const isHeld = (metadata.finalizers ?? []).length > 0;
  world.policy = isHeld ? { ...policy, metadata: { ...metadata, deletionTimestamp: EPOCH } } : undefined;
}

/** Applications use it, or no longer. */
export function use(world: AccessWorld, isUsed: boolean): void {
  world.policies = world.policies.map((one) => ({ ...one, isUsed }));
  world.policiesElsewhere = world.policiesElsewhere.map((one) => ({ ...one, isUsed }));
}

export function present({ policy }: AccessWorld): AccessPolicy {
  if (policy === undefined) throw new Error('The policy is gone');
  return policy;
}

/** A policy that people have made in the dashboard. */
export function byHand(id: string): RemotePolicy {
  return { id, name: 'By hand', decision: 'allow', include: [], require: [], exclude: [], isUsed: true };
}

/** By the first letter of the account, the id there and the Tunnels that use it; and where it may be. */
export function places(world: AccessWorld): readonly string[] {
  const { accounts = [], pendingAccounts = [] } = present(world).status ?? {};
  return [
    ...accounts.map(({ accountId, policyId, tunnels = [] }) => [accountId.slice(0, 1), policyId, ...tunnels].join(' ')),
    ...pendingAccounts.map((accountId) => `${accountId.slice(0, 1)} perhaps`),
  ];
}
