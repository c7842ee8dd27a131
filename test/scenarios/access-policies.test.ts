/** AccessPolicies and AccessServiceTokens, from the first to the last. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import type { KubeObject } from '../support/kube-client.ts';
import { NO_WRITES } from '../support/world-activity.ts';
import { NEEDS_NODE, onNode } from '../support/world-needs.ts';
import { accessPolicy, accessServiceToken, secret, service, tunnel } from '../support/world-objects.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';
import { becomes, eventsAbout, gone } from '../support/world-views.ts';
import { type World, startWorld } from '../support/world.ts';

const STAFF = 'shop/staff';
const ROBOT = 'shop/robot';
const EMAIL = { decision: 'Allow', include: [{ email: 'ann@example.com' }] };

let world: World;

beforeAll(async () => {
  world = await startWorld({ cluster: startClusterWithNode });
  await world.addNamespace('shop');
  await world.kube.create(tunnel('shop/home', { replicas: 0 }));
  await becomes(world, ['Tunnel', 'shop/home'], 'TunnelReady', { status: 'True' });
});
afterAll(() => world.stop());

function policies() {
  return world.cloudflare.admin.access.policies(world.cloudflare.accountId);
}

function tokens() {
  return world.cloudflare.admin.access.serviceTokens(world.cloudflare.accountId);
}

function applications() {
  return world.cloudflare.admin.access.applications(world.cloudflare.accountId);
}

async function use(...names: readonly string[]): Promise<void> {
  await world.kube.patch('Tunnel', 'shop/home', { spec: { access: { policies: names } } });
}

/** The condition is about the current spec. */
function hasReason(kind: 'AccessPolicy' | 'AccessServiceToken', key: string, reason: string): Promise<KubeObject> {
  return eventually(async () => {
    const object = await world.kube.get(kind, key);
    const { observedGeneration, conditions } = object.status ?? {};
    expect([observedGeneration, conditions?.[0]]).toMatchObject([
      object.metadata.generation,
      { type: 'Ready', reason },
    ]);
    return object;
  });
}

function policyIs(reason: string, key = STAFF): Promise<KubeObject> {
  return hasReason('AccessPolicy', key, reason);
}

function tokenIs(reason: string, key = ROBOT): Promise<KubeObject> {
  return hasReason('AccessServiceToken', key, reason);
}

async function held(key = ROBOT): Promise<Readonly<Record<string, string>>> {
  const { data = {} } = await world.kube.get('Secret', key);
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, atob(value)]));
}

describe('an AccessPolicy', () => {
  it('is not at Cloudflare until a Tunnel uses it', async () => {
    await world.kube.create(accessPolicy(STAFF, EMAIL));
    await policyIs('Unused');

    expect(policies()).toEqual([]);
  });

  it('becomes one reusable policy that says in its name whose it is', async () => {
    await use('staff');
    const { status } = await policyIs('PolicySynced');

    const [policy, ...others] = policies();
    expect(others).toEqual([]);
    expect(policy).toMatchObject({ name: 'cftunnel.io owner=test/shop/staff', decision: 'allow' });
    expect(status?.['accounts']).toEqual([
      { accountId: world.cloudflare.accountId, policyId: policy?.id, tunnels: ['shop/home'] },
    ]);
    expect(status).not.toHaveProperty('pendingAccounts');
  });

  it('changes at Cloudflare with its spec', async () => {
    await world.kube.patch('AccessPolicy', STAFF, { spec: { require: [{ country: 'DE' }], sessionDuration: '1h' } });

    await eventually(async () =>
      expect(policies()).toMatchObject([
        { require: [{ geo: { country_code: 'DE' } }], settings: { session_duration: '1h' } },
      ]),
    );
    await policyIs('PolicySynced');
  });

  it('keeps the last good policy while its rules cannot be applied, and says why', async () => {
    const before = policies();
    await world.kube.patch('AccessPolicy', STAFF, { spec: { require: [{ group: 'Nobody' }] } });
    const { status } = await policyIs('ReferenceNotFound');

    expect(status?.conditions?.[0]?.message).toContain('spec.require[0]: group names "Nobody"');
    expect(status?.['accounts']).toMatchObject([{ policyId: before[0]?.id }]);
    expect(policies()).toEqual(before);
    await eventually(async () =>
      expect(await eventsAbout(world, 'AccessPolicy', STAFF)).toContainEqual(
        expect.objectContaining({ type: 'Warning', reason: 'ReferenceNotFound' }),
      ),
    );
  });

  it('finds a group as soon as it is made', async () => {
    const id = world.cloudflare.admin.access.addGroup({ account: world.cloudflare.accountId, name: 'Nobody' });
    await policyIs('PolicySynced');

    expect(policies()).toMatchObject([{ require: [{ group: { id } }] }]);
  });

  it('keeps the last good policy while Cloudflare could not apply its decision', async () => {
    await world.kube.patch('AccessPolicy', STAFF, { spec: { decision: 'Bypass' } });
    await policyIs('PolicyInvalid');

    expect(policies()).toMatchObject([{ decision: 'allow' }]);
    await world.kube.patch('AccessPolicy', STAFF, { spec: { decision: 'Allow', require: null } });
    await policyIs('PolicySynced');
  });

  it('warns of an address that does not spare the login', async () => {
    await world.kube.create(accessPolicy('shop/office', { decision: 'Allow', include: [{ ip: '203.0.113.7' }] }));
    await use('staff', 'office');
    const { status } = await policyIs('PolicySynced', 'shop/office');

    expect(status?.conditions?.[0]?.message).toContain('AccessPolicy with the decision Bypass');
    await eventually(async () =>
      expect(await eventsAbout(world, 'AccessPolicy', 'shop/office')).toContainEqual(
        expect.objectContaining({ type: 'Warning', reason: 'DecisionMismatch' }),
      ),
    );
  });

  it('that was made elsewhere is used and never changed', async () => {
    const made = (await world.cloudflare.ask(`/accounts/${world.cloudflare.accountId}/access/policies`, {
      method: 'POST',
      body: { name: 'by hand', decision: 'deny', include: [{ everyone: {} }] },
    })) as { readonly id: string };
    await world.kube.create(accessPolicy('shop/hand', { existing: { id: made.id } }));
    await use('staff', 'office', 'hand');
    const { status } = await policyIs('PolicySynced', 'shop/hand');

    expect(status?.['accounts']).toMatchObject([{ policyId: made.id }]);
    await use('staff');
    await policyIs('Unused', 'shop/hand');
    await policyIs('Unused', 'shop/office');
    expect(policies().map(({ name }) => name)).toEqual(['cftunnel.io owner=test/shop/staff', 'by hand']);
  });
});

describe('an AccessServiceToken', () => {
  it('is kept in a Secret of its own', async () => {
    await world.kube.create(accessServiceToken(ROBOT));
    const { status } = await tokenIs('TokenIssued');

    const [token, ...others] = tokens();
    expect(others).toEqual([]);
    expect(token).toMatchObject({ name: 'cftunnel.io owner=test/shop/robot', duration: '8760h' });
    expect(status).toMatchObject({ tokenId: token?.id, clientId: token?.clientId, expiresAt: expect.any(String) });
    expect(await held()).toEqual({
      CF_ACCESS_CLIENT_ID: token?.clientId,
      CF_ACCESS_CLIENT_SECRET: token?.current.value,
    });
    expect((await world.kube.get('Secret', ROBOT)).metadata.ownerReferences).toMatchObject([
      { kind: 'AccessServiceToken', name: 'robot' },
    ]);
  });

  it('lets a policy name it', async () => {
    await world.kube.create(
      accessPolicy('shop/machines', { decision: 'ServiceAuth', include: [{ serviceToken: 'robot' }] }),
    );
    await use('staff', 'machines');
    await policyIs('PolicySynced', 'shop/machines');

    const machines = policies().find(({ name }) => name.endsWith('/machines'));
    expect(machines).toMatchObject({
      decision: 'non_identity',
      include: [{ service_token: { token_id: tokens()[0]?.id } }],
    });
  });

  it('is rotated on request, and its former secret stays valid for a while', async () => {
    const before = tokens()[0]?.current.value;
    await world.kube.annotate('AccessServiceToken', ROBOT, { 'cftunnel.io/rotate-token': 'one' });
    await eventually(async () => {
      const { status } = await world.kube.get('AccessServiceToken', ROBOT);
      expect(status?.['rotation']).toMatchObject({ handled: 'one' });
    });

    const [token, ...others] = tokens();
    expect(others).toEqual([]);
    expect(token).toMatchObject({ previous: { value: before }, secretVersion: 2 });
    expect((token?.previous?.expiresAt ?? 0) - Date.now()).toBeGreaterThan(23 * 3_600_000);
    expect(await held()).toMatchObject({ CF_ACCESS_CLIENT_SECRET: token?.current.value });
  });

  it('whose Secret was deleted gets a new secret, and no second token', async () => {
    await world.kube.delete('Secret', ROBOT);
    await world.kube.annotate('AccessServiceToken', ROBOT, { 'example.com/look': 'again' });
    await eventually(async () => expect(await world.kube.find('Secret', ROBOT)).toBeDefined());

    expect(tokens()).toMatchObject([{ secretVersion: 3 }]);
    expect(await held()).toMatchObject({ CF_ACCESS_CLIENT_SECRET: tokens()[0]?.current.value });
  });

  it('never takes over a Secret of somebody else', async () => {
    await world.kube.create(secret('shop/theirs', { password: 'p' }));
    await world.kube.create(accessServiceToken('shop/thief', { secretName: 'theirs' }));
    await tokenIs('NameTaken', 'shop/thief');

    expect(tokens()).toHaveLength(1);
    expect(await held('shop/theirs')).toEqual({ password: 'p' });
    await world.kube.delete('AccessServiceToken', 'shop/thief');
    await gone(world, 'AccessServiceToken', 'shop/thief');
  });

  it('that is deleted is disabled at once, and goes when no policy names it', async () => {
    await world.kube.delete('AccessServiceToken', ROBOT);
    await tokenIs('InUse');
    expect(tokens()).toMatchObject([{ enabled: false }]);

    await world.kube.create(service('shop/web', { hostname: 'web.example.com', tunnel: 'home' }));
    await eventually(async () => expect(applications()).toHaveLength(1));
    await world.kube.delete('AccessPolicy', 'shop/machines');
    await policyIs('InUse', 'shop/machines');
    await use('staff');
    await gone(world, 'AccessPolicy', 'shop/machines');
    await world.kube.delete('Service', 'shop/web');
    await gone(world, 'Service', 'shop/web');
    // The ConfigMap says for one more pass that there may be applications.
    await eventually(async () => {
      const { data = {} } = await world.kube.get('ConfigMap', 'shop/home-cloudflared');
      expect(data['routes.json']).not.toContain('applications');
    });
    await gone(world, 'AccessServiceToken', ROBOT);
    expect(tokens()).toEqual([]);
    await gone(world, 'Secret', ROBOT);
  });
});

// Invariant 3.
it('a restart writes nothing', async () => {
  const before = policies();

  expect(await world.writesAfterRestart()).toEqual(NO_WRITES);
  expect(policies()).toEqual(before);
});

// Invariant 56.
it(
  `nothing is left behind by a namespace, whatever goes first${NEEDS_NODE}`,
  onNode(async () => {
    await world.kube.create(accessServiceToken(ROBOT));
    await tokenIs('TokenIssued');
    await world.kube.delete('Namespace', 'shop');
    await gone(world, 'Namespace', 'shop');

    expect(tokens()).toEqual([]);
    expect(policies().map(({ name }) => name)).toEqual(['by hand']);
  }),
);
