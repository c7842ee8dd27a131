import { describe, expect, it } from '@jest/globals';
import { OperatorError } from '../../../src/runtime/errors.ts';
import {
  ACCOUNT,
  AccessWorld,
  type Death,
  type Life,
  anAccessPolicy,
  dyingAtEachCall,
  untilDeath,
} from '../../support/access-world.ts';

const STAFF = anAccessPolicy({ decision: 'Allow', include: [{ email: 'ann@example.com' }] });
const NAME = 'cftunnel.io owner=test/shop/staff';

async function aWorld(): Promise<AccessWorld> {
  const world = new AccessWorld();
  world.policy = STAFF;
  await world.settle(() => world.policyPass());
  return world;
}

function reasonIn({ policy }: AccessWorld): string | undefined {
  return policy?.status?.conditions?.[0]?.reason;
}

function edit(world: AccessWorld, changes: Partial<typeof STAFF.spec>): void {
  const { policy } = world;
  if (policy === undefined) throw new Error('it is gone');
  const metadata = { ...policy.metadata, generation: (policy.metadata.generation ?? 0) + 1 };
  world.policy = { ...policy, metadata, spec: { ...policy.spec, ...changes } };
}

/** Without a finalizer, the API server removes it at once. */
function deleted(world: AccessWorld): void {
  const { metadata } = world.policy ?? STAFF;
  const isHeld = (metadata.finalizers ?? []).length > 0;
  world.policy = isHeld
    ? { ...(world.policy ?? STAFF), metadata: { ...metadata, deletionTimestamp: world.now } }
    : undefined;
}

describe('a policy', () => {
  it('is announced before it is made, and then said to be there', async () => {
    const world = new AccessWorld();
    world.policy = STAFF;
    await world.policyPass();

    expect(world.log).toEqual(['write finalizers', 'write status', 'create policy', 'write status']);
    expect(world.policy.status).toMatchObject({
      observedGeneration: 1,
      accounts: [{ accountId: ACCOUNT, policyId: world.policies[0]?.id, tunnels: ['shop/home'] }],
    });
    expect(world.policy.status).not.toHaveProperty('pendingAccounts');
  });

  it('that somebody has changed is restored', async () => {
    const world = await aWorld();
    world.policies = world.policies.map((one) => ({ ...one, include: [{ everyone: {} }] }));
    await world.policyPass();

    expect(world.policies).toMatchObject([{ include: [{ email: { email: 'ann@example.com' } }] }]);
  });

  it('that Cloudflare spells otherwise is written once', async () => {
    const world = await aWorld();
    edit(world, { include: [{ commonName: 'Robot' }] });
    await world.policyPass();
    const [policy] = world.policies;
    world.log.length = 0;
    world.policies = policy === undefined ? [] : [{ ...policy }];
    await world.policyPass();

    expect(world.log).toEqual([]);
  });

  it('of which somebody has made another one of the same rules is left alone with it', async () => {
    const world = await aWorld();
    const foreign = { ...world.policies[0], id: 'foreign', name: 'by hand' } as (typeof world.policies)[number];
    world.policies = [...world.policies, foreign];
    edit(world, { include: [{ everyone: {} }] });
    await world.policyPass();
    world.users = [];
    await world.settle(() => world.policyPass());

    expect(world.policies).toEqual([foreign]);
  });

  it('keeps its entry while it cannot be changed', async () => {
    const world = await aWorld();
    world.failures.set('change policy', new OperatorError('CloudflareRefused', 'stall', 'no'));
    edit(world, { include: [{ everyone: {} }] });
    const { failures } = await world.policyPass();

    expect(failures).toHaveLength(1);
    expect(reasonIn(world)).toBe('CloudflareRefused');
    expect(world.policy?.status?.accounts).toMatchObject([{ policyId: world.policies[0]?.id }]);
  });

  it('stays ready during a short interruption', async () => {
    const world = await aWorld();
    world.failures.set('change policy', new OperatorError('CloudflareUnavailable', 'retry', 'later'));
    edit(world, { include: [{ everyone: {} }] });
    await world.policyPass();
    expect(world.policy?.status?.conditions).toMatchObject([{ status: 'True' }, { type: 'Reconciling' }]);

    await world.policyPass(3);
    expect(world.policy?.status?.conditions).toMatchObject([{ status: 'False', reason: 'CloudflareUnavailable' }, {}]);
  });

  it('is looked for again if what a rule names is missing', async () => {
    const world = await aWorld();
    edit(world, { require: [{ group: 'staff' }] });
    const { failures } = await world.policyPass();
    expect([reasonIn(world), failures?.[0]?.disposition]).toEqual(['ReferenceNotFound', 'stall']);

    world.groups = [{ id: 'group', name: 'staff' }];
    await world.policyPass(1);
    expect([reasonIn(world), world.policies[0]?.require]).toEqual(['PolicySynced', [{ group: { id: 'group' } }]]);
  });

  it('stays as long as an application uses it', async () => {
    const world = await aWorld();
    world.policies = world.policies.map((one) => ({ ...one, isUsed: true }));
    world.users = [];
    await world.policyPass();
    expect(world.policy?.status?.accounts).toMatchObject([{ policyId: world.policies[0]?.id }]);

    deleted(world);
    await world.policyPass();
    expect([reasonIn(world), world.policies.length]).toEqual(['InUse', 1]);

    world.policies = world.policies.map((one) => ({ ...one, isUsed: false }));
    await world.policyPass();
    expect([world.policy, world.policies]).toEqual([undefined, []]);
  });

  it('stays, and names whose hostnames ask for it, while an application uses it', async () => {
    const world = await aWorld();
    world.policies = world.policies.map((one) => ({ ...one, isUsed: true }));

    deleted(world);
    const { recheckAfterMs } = await world.policyPass();

    expect(world.policies).toHaveLength(1);
    expect(world.policy?.status?.conditions).toMatchObject([
      { reason: 'InUse', message: expect.stringContaining('the hostnames of Tunnel') },
      {},
    ]);
    expect(recheckAfterMs).toBe(30_000);
  });

  it('can be deleted and created again while hostnames ask for it that are not published yet', async () => {
    const world = await aWorld();
    expect(world.users).not.toEqual([]);

    deleted(world);
    await world.policyPass();

    expect([world.policy, world.policies]).toEqual([undefined, []]);
  });

  it('is not given up without credentials while hostnames ask for it', async () => {
    const world = await aWorld();
    world.tunnel = undefined;
    world.restart();
    deleted(world);
    await world.policyPass();
    world.waitedMs = 300_000;
    await world.policyPass();

    expect(world.policy).toBeDefined();
  });

  it('is not removed while the account of a Tunnel is unknown', async () => {
    const world = await aWorld();
    world.credentials = undefined;
    if (world.tunnel !== undefined) world.tunnel = { ...world.tunnel, status: {} };
    await world.policyPass();

    expect(world.policies).toHaveLength(1);
    expect(world.policy?.status?.accounts).toHaveLength(1);
  });

  it('that is deleted ends without credentials, and says what is left behind', async () => {
    const world = await aWorld();
    world.users = [];
    world.tunnel = undefined;
    world.restart();
    deleted(world);
    await world.policyPass();
    expect(world.policy).toBeDefined();

    world.waitedMs = 300_000;
    await world.policyPass();
    expect(world.policy).toBeUndefined();
    expect(world.notes).toContain('Lease LeftBehind');
  });
});

// Invariant 56.
describe('a policy whose operator dies at any call', () => {
  it('is there once, and gone when it was deleted', async () => {
    const lives = await dyingAtEachCall(live);

    expect(lives.length).toBeGreaterThan(20);
    expect(lives.filter(({ found }) => found !== 'as wanted')).toEqual([]);
    expect(lives.filter(({ left }) => left !== 'nothing')).toEqual([]);
  });
});

async function live(death?: Death): Promise<Life> {
  const world = new AccessWorld();
  world.policy = STAFF;
  world.death = death;
  await untilDeath(world, lifeOf(world));
  const found = world.policy?.metadata.deletionTimestamp === undefined ? await foundIn(world) : 'as wanted';
  world.users = [];
  deleted(world);
  await world.settle(() => world.policyPass());
  const isEmpty = world.policy === undefined && world.policies.length === 0;
  return { calls: world.log.length, found, left: isEmpty ? 'nothing' : world.policies };
}

async function foundIn(world: AccessWorld): Promise<unknown> {
  if (world.policy !== undefined) await world.settle(() => world.policyPass());
  const names = world.policies.map(({ name }) => name);
  const isUsed = world.policy !== undefined && world.users.length > 0;
  return names.join() === (isUsed ? NAME : '') ? 'as wanted' : names;
}

async function lifeOf(world: AccessWorld): Promise<void> {
  await world.settle(() => world.policyPass());
  edit(world, { include: [{ everyone: {} }] });
  await world.settle(() => world.policyPass());
  world.users = [];
  await world.settle(() => world.policyPass());
  world.users = ['shop/home'];
  await world.settle(() => world.policyPass());
  world.users = [];
  deleted(world);
  await world.settle(() => world.policyPass());
}
