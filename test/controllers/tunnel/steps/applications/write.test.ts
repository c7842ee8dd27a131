/** What becomes of the applications that routes need. */
import { describe, expect, it } from '@jest/globals';
import type { TunnelWorld } from '../../../../support/tunnel-world.ts';
import { anApplication } from '../../../../support/applications.ts';
import { HOST, OTHER, aWorld, asking, ensure, want } from './step.ts';

const OURS = anApplication(HOST, { audience: 'ours', policies: ['id of staff'] });
const FOREIGN = anApplication(HOST, { name: 'Payroll' });

/** The audience that protects each route, or why none does. */
async function found(world: TunnelWorld): Promise<readonly string[]> {
  const { applications, refused } = await ensure(world);
  return [...applications.routes.map(({ protection }) => protection?.audience ?? 'none'), ...refused];
}

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
