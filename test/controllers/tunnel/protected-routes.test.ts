/** A Tunnel whose routes ask for Access: what is written, in which order, and what is served meanwhile. */
import { describe, expect, it } from '@jest/globals';
import type { AccessPolicy } from '../../../src/api/objects.ts';
import type { IngressRule } from '../../../src/core/ingress/rule.ts';
import type { Route, RouteAccess } from '../../../src/core/model/route.ts';
import { OperatorError } from '../../../src/runtime/errors.ts';
import { anApplication } from '../../support/applications.ts';
import { aRoute } from '../../support/routes.ts';
import { ACCOUNT, HOME, TunnelWorld, tableOf } from '../../support/tunnel-world.ts';

const HOST = 'app.example.com';

function aPolicy(name: string, policyId?: string, decision: 'Allow' | 'Bypass' = 'Allow'): AccessPolicy {
  return {
    apiVersion: 'cftunnel.io/v1alpha1',
    kind: 'AccessPolicy',
    metadata: { name, namespace: 'shop', resourceVersion: policyId ?? '0' },
    spec: { decision, include: [{ everyone: {} }] },
    ...(policyId === undefined ? {} : { status: { accounts: [{ accountId: ACCOUNT, policyId }] } }),
  };
}

function notReady(name: string, reason: string, message: string): AccessPolicy {
  const conditions = [{ type: 'Ready', status: 'False', reason, message }];
  return { ...aPolicy(name), status: { conditions } } as AccessPolicy;
}

function asking(access: RouteAccess | undefined, hostname = HOST): Route {
  return { ...aRoute(hostname), ...(access === undefined ? {} : { access }) };
}

function want(world: TunnelWorld, ...routes: readonly Route[]): void {
  const table = tableOf(...routes.map(({ hostname }) => hostname));
  world.table = { ...table, published: new Map([[HOME, routes]]) };
}

/** The rules that connectors are given, with the audience that each asks for. */
function rules(world: TunnelWorld): readonly string[] {
  const config = (world.objects.get('ConfigMap') as { data?: Record<string, string> } | undefined)?.data?.[
    'config.yaml'
  ];
  const { ingress } = JSON.parse(config ?? '{"ingress":[]}') as { ingress: readonly IngressRule[] };
  return ingress.flatMap(({ hostname, path = '', originRequest }) =>
    hostname === undefined ? [] : [`${hostname}${path} ${originRequest?.access?.audTag[0] ?? 'open'}`],
  );
}

/** Everything of the log that concerns applications, rules and records. */
function order({ log }: TunnelWorld): readonly string[] {
  return log.filter((entry) => /application|ConfigMap|record/.test(entry) && !entry.startsWith('wake'));
}

async function settle(world: TunnelWorld): Promise<void> {
  await world.pass();
  world.isRolledOut = true;
  await world.pass();
}

/** Served behind an application with the policy `office`. */
async function protectedWorld(): Promise<TunnelWorld> {
  const world = new TunnelWorld();
  world.accessPolicies = [aPolicy('office', 'p-office')];
  want(world, asking(['shop/office']));
  await settle(world);
  world.log.length = 0;
  return world;
}

// Invariant 57.
describe('a route that asks for Access', () => {
  it('gets its application before its rule, and its rule before its record', async () => {
    const world = new TunnelWorld();
    world.accessPolicies = [aPolicy('office', 'p-office')];
    want(world, asking(['shop/office']));

    await settle(world);

    expect(order(world)).toEqual([
      'apply ConfigMap',
      `create application ${HOST}`,
      'apply ConfigMap',
      `create record ${HOST}`,
    ]);
    expect(rules(world)).toEqual([`${HOST} aud 1`]);
    expect(world.access.applications).toEqual([
      anApplication(HOST, { audience: 'aud 1', policies: ['p-office'], sessionDuration: '24h' }),
    ]);
    expect(world.exposed.at(-1)?.reason).toBe('Exposed');
  });

  it('costs nothing once it stands', async () => {
    const world = await protectedWorld();

    await world.pass();

    expect(world.log.filter((entry) => !entry.startsWith('wake'))).toEqual([]);
  });

  it.each([
    [
      'does not exist',
      [aPolicy('ofice', 'p')],
      'AccessNotReady',
      'AccessPolicy shop/office does not exist, did you mean ofice?',
    ],
    [
      'cannot be made',
      [notReady('office', 'PolicyInvalid', 'It is broken')],
      'AccessNotReady',
      'is not made in this account yet (It is broken)',
    ],
    ['is being made', [aPolicy('office')], 'Progressing', 'AccessPolicy shop/office is not made in this account yet'],
    ['waits', [notReady('office', 'Progressing', 'Waiting')], 'Progressing', 'is not made in this account yet'],
  ])('is not published while a policy %s', async (_, policies, reason, why) => {
    const world = new TunnelWorld();
    world.accessPolicies = policies;
    want(world, asking(['shop/office']));

    await settle(world);

    expect(rules(world)).toEqual([]);
    expect(order(world).filter((entry) => entry.includes('application') || entry.includes('record'))).toEqual([]);
    expect(world.exposed.at(-1)).toMatchObject({ reason, message: expect.stringContaining(why) });
  });

  it('keeps its protection while its new policies cannot be had', async () => {
    const world = await protectedWorld();
    want(world, asking(['shop/office', 'shop/typo']));

    await settle(world);

    expect(rules(world)).toEqual([`${HOST} aud 1`]);
    expect(world.access.applications.map(({ policies }) => policies)).toEqual([['p-office']]);
    expect(world.exposed.at(-1)).toMatchObject({ reason: 'AccessNotReady' });
    expect(world.exposed.at(-1)?.message).toContain('still served');
  });

  it('is withdrawn if it was open and cannot be protected', async () => {
    const world = new TunnelWorld();
    await settle(world);
    expect(rules(world)).toEqual([`${HOST} open`]);

    want(world, asking(['shop/typo']));
    await settle(world);
    await world.pass();

    expect(rules(world)).toEqual([]);
    expect(order(world)).toContain(`delete record ${HOST}`);
  });

  it.each(['list applications', 'read team', `update application ${HOST}`])(
    'keeps its protection while Cloudflare fails to %s',
    async (call) => {
      const world = await protectedWorld();
      world.accessPolicies = [aPolicy('office', 'p-office'), aPolicy('admins', 'p-admins')];
      want(world, asking(['shop/admins']), asking(undefined, 'open.example.com'));
      world.failures.set(call, new OperatorError('CloudflareUnavailable', 'retry', 'Cloudflare is down'));

      const { failures = [] } = await world.pass();

      expect(rules(world)).toEqual([`${HOST} aud 1`, 'open.example.com open']);
      expect(failures.map(({ reason }) => reason)).toContain('CloudflareUnavailable');
    },
  );

  it('is exposed as before while Cloudflare cannot be asked and nothing has changed', async () => {
    const world = await protectedWorld();
    world.failures.set('list applications', new OperatorError('CloudflareUnavailable', 'retry', 'Cloudflare is down'));

    await world.pass();

    expect(rules(world)).toEqual([`${HOST} aud 1`]);
    expect(world.exposed.at(-1)?.reason).toBe('Exposed');
  });

  it('gets its application again if somebody deletes it, and its rule the new audience', async () => {
    const world = await protectedWorld();
    world.access.applications = [];

    await world.pass();

    expect(order(world)).toEqual([`create application ${HOST}`, 'apply ConfigMap']);
    expect(rules(world)).toEqual([`${HOST} aud 2`]);
  });

  it('asks for the tokens of what stands, whatever it asked for when it was last published', async () => {
    const world = await protectedWorld();
    const stale = { team: 'former', audience: 'aud of before' };
    want(
      world,
      { ...asking(['shop/office']), protection: stale },
      { ...asking('none', 'b.example.com'), protection: stale },
    );

    await settle(world);

    expect(rules(world)).toEqual([`${HOST} aud 1`, 'b.example.com open']);
  });

  it('never changes an application of somebody else, nor does it hold up others', async () => {
    const world = new TunnelWorld();
    const foreign = anApplication(HOST, { name: 'Payroll' });
    world.access.applications = [foreign];
    world.accessPolicies = [aPolicy('office', 'p-office')];
    want(world, asking(['shop/office']), asking(['shop/office'], 'other.example.com'));

    await settle(world);

    expect(rules(world)).toEqual(['other.example.com aud 1']);
    expect(world.access.applications).toContainEqual(foreign);
    expect(world.exposed.at(-1)).toMatchObject({
      reason: 'AccessConflict',
      message: expect.stringContaining('Access application "Payroll" has the same hostname and path'),
    });
  });

  it('holds up no other if Cloudflare rejects its application, which is not sent again at once', async () => {
    const world = new TunnelWorld();
    world.access.rejected.add(HOST);
    world.accessPolicies = [aPolicy('office', 'p-office')];
    want(world, asking(['shop/office']), asking(['shop/office'], 'other.example.com'));

    await settle(world);
    await world.pass();

    expect(rules(world)).toEqual(['other.example.com aud 1']);
    expect(world.log.filter((entry) => entry === `create application ${HOST}`)).toHaveLength(1);
  });
});

describe('a route that asks for Access no more', () => {
  it('loses its rule, and then its application', async () => {
    const world = await protectedWorld();
    want(world);

    await settle(world);
    await settle(world);

    expect(order(world)).toEqual([
      'apply ConfigMap',
      `delete record ${HOST}`,
      'apply ConfigMap',
      `delete application ${HOST}`,
      'apply ConfigMap',
    ]);
  });

  it('is opened by its rule, and then by the end of its application', async () => {
    const world = await protectedWorld();
    world.isRolledOut = false;
    want(world, asking(undefined));

    await world.pass();
    expect(rules(world)).toEqual([`${HOST} open`]);
    expect(world.access.applications).toHaveLength(1);

    world.isRolledOut = true;
    await world.pass();
    expect(world.access.applications).toEqual([]);
  });
});

describe('a policy that lets requests in without a token', () => {
  it('leaves the check to the edge', async () => {
    const world = new TunnelWorld();
    world.accessPolicies = [aPolicy('office', 'p-office', 'Bypass')];
    want(world, asking(['shop/office']));

    await settle(world);

    expect(rules(world)).toEqual([`${HOST} open`]);
    expect(world.access.applications).toHaveLength(1);
  });

  it('leaves it there only once nobody enters by a path below, which is withdrawn', async () => {
    const world = new TunnelWorld();
    const status = { ...asking('none'), path: { type: 'Exact', value: '/status' } } as const;
    world.accessPolicies = [aPolicy('office', 'p-office')];
    want(world, asking(['shop/office']), status);
    await settle(world);
    expect(rules(world)).toEqual([`${HOST}^/status$ open`, `${HOST} aud 1`]);

    world.accessPolicies = [aPolicy('office', 'p-office', 'Bypass')];
    world.isRolledOut = false;
    await world.pass();
    expect(rules(world)).toEqual([`${HOST} aud 1`]);
    expect(world.access.applications).toHaveLength(2);

    world.isRolledOut = true;
    const { recheckAfterMs } = await world.pass();
    expect(world.access.applications).toHaveLength(1);
    expect([recheckAfterMs, rules(world)]).toEqual([0, [`${HOST} aud 1`]]);

    await world.pass();
    expect(rules(world)).toEqual([`${HOST} open`]);
  });

  it('is refused on a wildcard, of which Access covers only a part', async () => {
    const world = new TunnelWorld();
    world.accessPolicies = [aPolicy('office', 'p-office', 'Bypass')];
    want(world, asking(['shop/office'], '*.example.com'));

    await settle(world);

    expect(rules(world)).toEqual([]);
  });
});

describe('a deleted Tunnel', () => {
  it('takes its applications with it, once its connectors are gone', async () => {
    const world = await protectedWorld();
    const foreign = anApplication('other.example.com', { name: 'Payroll' });
    world.access.applications = [...world.access.applications, foreign];
    world.delete();

    await world.pass();
    world.objects.delete('Deployment');
    await world.pass();

    const [record, stop, application] = ['delete record', 'delete Deployment', 'delete application'].map((begin) =>
      world.log.findIndex((entry) => entry.startsWith(begin)),
    );
    expect(record).toBeGreaterThan(-1);
    expect(stop).toBeGreaterThan(record ?? 0);
    expect(application).toBeGreaterThan(stop ?? 0);
    expect(world.access.applications).toEqual([foreign]);
  });

  it('leaves them with deletionPolicy Retain', async () => {
    const world = await protectedWorld();
    world.edit({ spec: { deletionPolicy: 'Retain' } });
    world.delete();

    await world.pass();

    expect(world.access.applications).toHaveLength(1);
  });
});
