/** What becomes of the applications that routes need. */
import { describe, expect, it } from '@jest/globals';
import type { RemoteApplication } from '../../../../../src/core/applications/application.ts';
import { OperatorError } from '../../../../../src/runtime/errors.ts';
import type { TunnelWorld } from '../../../../support/tunnel-world.ts';
import { anApplication } from '../../../../support/applications.ts';
import { HOST, OTHER, aWorld, asking, ensure, want } from './step.ts';

const OURS = ours(HOST);
const FOREIGN = anApplication(HOST, { name: 'Payroll' });

function ours(hostname: string): RemoteApplication {
  return anApplication(hostname, { audience: 'ours', policies: ['id of staff'] });
}

/** The audience that protects each route, or why none does. */
async function found(world: TunnelWorld): Promise<readonly string[]> {
  const { applications, refused } = await ensure(world);
  return [...applications.routes.map(({ protection }) => protection?.audience ?? 'none'), ...refused];
}

const DOWN = new OperatorError('CloudflareUnavailable', 'retry', 'down');

describe('an application that cannot be written', () => {
  it('holds up no other', async () => {
    const world = aWorld([asking(), asking(OTHER), asking('c.example.com')]);
    world.access.applications = [ours('c.example.com')];
    world.failures.set(`create application ${HOST}`, DOWN);
    const { applications, failures, reported, refused } = await ensure(world);

    expect(applications.routes.map(({ hostname }) => hostname)).toStrictEqual([OTHER, 'c.example.com']);
    expect([failures, reported, refused]).toStrictEqual([
      [DOWN],
      ['ConfigReady'],
      [`AccessNotReady ${HOST}: Cloudflare cannot be asked for its Access application at present`],
    ]);
  });

  it('holds up the rest of its hostname', async () => {
    const admin = { ...asking(), path: { type: 'Prefix', value: '/admin' } } as const;
    const world = aWorld([asking(), admin, asking(OTHER)]);
    world.failures.set(`create application ${HOST}/admin`, DOWN);
    const { applications } = await ensure(world);

    expect(applications.routes.map(({ hostname }) => hostname)).toStrictEqual([OTHER]);
    expect(applications.withheld).toHaveLength(2);
  });

  it('is one of at most three that are tried in a pass, and what stands is known nevertheless', async () => {
    const hostnames = ['a1', 'a2', 'a3', 'a4', 'a5'].map((label) => `${label}.example.com`);
    const world = aWorld([...hostnames.map((hostname) => asking(hostname)), asking('z.example.com')]);
    world.access.applications = [ours('z.example.com')];
    for (const hostname of hostnames) world.failures.set(`create application ${hostname}`, DOWN);
    const { applications, failures } = await ensure(world);

    expect(failures).toStrictEqual([DOWN, DOWN, DOWN]);
    expect(applications.routes.map(({ hostname }) => hostname)).toStrictEqual(['z.example.com']);
  });
});

describe('an application', () => {
  it('that is missing is created', async () => {
    const world = aWorld();

    expect(await ensure(world)).toStrictEqual({
      applications: {
        routes: [{ ...asking(), protection: { team: 'acme', audience: 'aud 1' } }],
        withheld: [],
        refused: [],
        needed: new Set([HOST]),
        mayExist: true,
      },
      failures: [],
      reported: [],
      refused: [],
    });
    expect(world.log).toStrictEqual(['apply ConfigMap', `create application ${HOST}`, 'ApplicationCreated']);
    expect(world.access.applications).toStrictEqual([
      anApplication(HOST, { audience: 'aud 1', policies: ['id of staff'] }),
    ]);
  });

  it('that stands is left alone', async () => {
    const world = aWorld();
    world.access.applications = [OURS];

    expect([await found(world), world.log]).toStrictEqual([['ours'], []]);
  });

  it('that says something else is changed, and keeps what people have set', async () => {
    const world = aWorld();
    const settings = { logo_url: 'x' };
    world.access.applications = [{ ...OURS, policies: [], settings }];

    expect(await found(world)).toStrictEqual(['ours']);
    expect(world.log).toStrictEqual([`update application ${HOST}`, 'ApplicationUpdated']);
    expect(world.access.applications).toStrictEqual([{ ...OURS, settings }]);
  });

  it('is created beside one that stands', async () => {
    const world = aWorld([asking(), asking(OTHER)]);
    world.access.applications = [OURS];

    expect([await found(world), world.log]).toStrictEqual([
      ['ours', 'aud 1'],
      ['apply ConfigMap', `create application ${OTHER}`, 'ApplicationCreated'],
    ]);
  });

  it('whose creation was not answered is found', async () => {
    const world = aWorld();
    world.access.applications = [OURS];
    world.access.listed = [];

    expect(await found(world)).toStrictEqual(['ours']);
    expect(world.log).toStrictEqual(['apply ConfigMap', `create application ${HOST}`]);
  });

  it.each([
    ['Access application "Payroll"', FOREIGN],
    ['An Access application', { ...OURS, policies: [] }],
  ])('that the list did not show is not changed: %s', async (which, application) => {
    const world = aWorld();
    world.access.applications = [application];
    world.access.listed = [];

    expect(await found(world)).toStrictEqual([
      `AccessConflict ${HOST}: ${which} has the same hostname and path, and does not belong to this Tunnel. Delete it at https://one.dash.cloudflare.com, or choose another hostname or path`,
    ]);
    expect(world.access.applications).toStrictEqual([application]);
  });

  it('that somebody has deleted meanwhile is created', async () => {
    const world = aWorld();
    world.access.listed = [{ ...OURS, policies: [] }];

    expect(await found(world)).toStrictEqual(['aud 1']);
    expect(world.log).toStrictEqual([`update application ${HOST}`, `create application ${HOST}`, 'ApplicationCreated']);
  });
});

describe('an application that Cloudflare rejects', () => {
  const rejected = [`AccessNotReady ${HOST}: rejects ${HOST}`];

  it.each([
    ['create', []],
    ['update', [{ ...OURS, policies: [] }]],
  ])('is not sent again for a minute: %s', async (verb, applications) => {
    const world = aWorld();
    world.driftIntervalMs = 1000;
    world.access.applications = applications;
    world.access.rejected.add(HOST);
    expect(await found(world)).toStrictEqual(rejected);
    world.clock.nowMs += 59_999;
    expect(await found(world)).toStrictEqual(rejected);
    expect(world.log.filter((entry) => entry.includes('application'))).toStrictEqual([`${verb} application ${HOST}`]);

    world.clock.nowMs += 1;
    expect(await found(world)).toStrictEqual(rejected);
    world.clock.nowMs += 59_999;
    expect(await found(world)).toStrictEqual(rejected);
    expect(world.log.filter((entry) => entry.includes('application'))).toHaveLength(2);
  });

  it('is not sent again for a drift interval, if that is longer', async () => {
    const world = aWorld();
    world.driftIntervalMs = 600_000;
    world.access.rejected.add(HOST);
    await ensure(world);
    world.access.rejected.clear();
    world.clock.nowMs += 599_999;
    expect(await found(world)).toStrictEqual(rejected);

    world.clock.nowMs += 1;
    expect(await found(world)).toStrictEqual(['aud 1']);
  });

  it('is sent again at once if it says something else', async () => {
    const world = aWorld();
    world.access.rejected.add(HOST);
    await ensure(world);
    world.access.rejected.clear();
    want(world, asking(HOST, ['shop/staff', 'shop/office']));

    expect(await found(world)).toStrictEqual(['aud 1']);
  });

  it('waits for itself alone', async () => {
    const world = aWorld();
    world.access.rejected.add(HOST).add(OTHER);
    await ensure(world);
    world.clock.nowMs += 30_000;
    want(world, asking(), asking(OTHER));
    await ensure(world);
    world.access.rejected.clear();
    world.clock.nowMs += 30_000;

    expect(await found(world)).toStrictEqual(['aud 1', `AccessNotReady ${OTHER}: rejects ${OTHER}`]);
  });

  it('is forgotten once it stands', async () => {
    const world = aWorld();
    world.access.rejected.add(HOST);
    await ensure(world);
    world.access.rejected.clear();
    world.clock.nowMs += 60_000;
    await ensure(world);
    world.access.applications = [];

    expect(await found(world)).toStrictEqual(['aud 2']);
  });
});
