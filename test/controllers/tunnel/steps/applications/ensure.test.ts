/** What is known of a Tunnel's applications, and what is asked for it. */
import { describe, expect, it } from '@jest/globals';
import type { ConfigMap } from '../../../../../src/api/objects.ts';
import { configMapFor } from '../../../../../src/core/manifests/config-map.ts';
import { encodeRoutes } from '../../../../../src/core/published-routes/routes-json.ts';
import { OperatorError } from '../../../../../src/runtime/errors.ts';
import { anApplication } from '../../../../support/applications.ts';
import { aTunnel } from '../../../../support/builders.ts';
import { aRoute } from '../../../../support/routes.ts';
import { HOME, type TunnelWorld } from '../../../../support/tunnel-world.ts';
import { HOST, aWorld, asking, ensure } from './step.ts';

const DOWN = new OperatorError('CloudflareUnavailable', 'retry', 'Cloudflare is down');
const FORBIDDEN = new OperatorError('PermissionMissing', 'stall', 'no');
const OURS = anApplication('old.example.com');
const FOREIGN = anApplication('old.example.com', { name: 'Payroll' });

function noted(hasApplications: boolean): ConfigMap {
  const rules = { config: '', routes: encodeRoutes([], { hasApplications }), caFiles: {}, hash: '' };
  return configMapFor(aTunnel(HOME), rules);
}

/** What the Tunnel has noted; `lost`: it has published rules, and its ConfigMap is gone. */
type Noted = 'some' | 'none' | 'nothing' | 'lost';

/** A Tunnel whose routes ask for no Access. */
function unprotectedWorld(note: Noted): TunnelWorld {
  const world = aWorld([aRoute(HOST)], note === 'lost' ? { status: { config: { hash: 'h' } } } : {});
  if (note === 'some' || note === 'none') world.objects.set('ConfigMap', noted(note === 'some'));
  return world;
}

describe('routes that ask for Access', () => {
  const why = `AccessNotReady ${HOST}: Cloudflare cannot be asked for its Access application at present`;

  it.each([{ access: undefined }, { tunnelId: undefined }])('are withheld with %j', async (place) => {
    const world = aWorld([asking(), aRoute('b.example.com')]);
    const { applications, failures, refused } = await ensure(world, place);

    expect([refused, failures, world.log]).toStrictEqual([[why], [], []]);
    expect(applications).toMatchObject({ routes: [aRoute('b.example.com')], withheld: [asking()], mayExist: true });
  });

  it('are withheld while Cloudflare fails, which is reported', async () => {
    const world = aWorld();
    world.failures.set('list applications', DOWN);
    const { failures, reported, refused } = await ensure(world);

    expect([failures, reported, refused]).toStrictEqual([[DOWN], ['ConfigReady'], [why]]);
  });

  it('are withheld if their application would open what connectors do not check', async () => {
    const open = { ...asking(HOST, 'none'), path: { type: 'Exact', value: '/a' } } as const;
    const world = aWorld([asking(HOST, ['shop/staff', 'shop/office']), open]);
    const { applications } = await ensure(world);

    expect([applications.withheld, [...applications.needed]]).toStrictEqual([[open], [HOST]]);
    expect(world.access.applications.map(({ domain }) => domain)).toStrictEqual([HOST]);
  });

  it('have applications, whatever is listed', async () => {
    const world = aWorld();
    world.access.applications = [anApplication(HOST, { name: 'Payroll' })];

    expect(await ensure(world)).toMatchObject({ applications: { mayExist: true } });
  });
});

describe('routes that ask for no Access', () => {
  it('cost nothing where nothing was noted', async () => {
    const world = unprotectedWorld('nothing');
    world.edit({ spec: { access: { identityProviders: ['GitHub'] } } });
    world.failures.set('list login methods', DOWN);
    world.failures.set('list applications', DOWN);

    expect(await ensure(world)).toStrictEqual({
      applications: { routes: [aRoute(HOST)], withheld: [], refused: [], needed: new Set(), mayExist: false },
      failures: [],
      reported: [],
      refused: [],
    });
  });

  it.each<[Noted, string, Partial<TunnelWorld['access']>, boolean]>([
    ['none', 'its own', { applications: [OURS] }, false],
    ['some', 'its own', { applications: [FOREIGN, OURS] }, true],
    ['some', 'none', { applications: [] }, false],
    ['some', 'those of others', { applications: [FOREIGN] }, false],
    ['some', 'none, and it may be incomplete', { applications: [], hasAll: false }, true],
    ['lost', 'its own', { applications: [OURS] }, true],
    ['lost', 'none', { applications: [] }, false],
  ])('with the note "%s" and a list with %s: applications may exist: %s', async (note, _, traits, mayExist) => {
    const world = unprotectedWorld(note);
    Object.assign(world.access, traits);
    const { applications, failures } = await ensure(world);

    expect([applications.mayExist, failures]).toStrictEqual([mayExist, []]);
  });

  it.each<[Noted, OperatorError, boolean, readonly OperatorError[]]>([
    ['some', FORBIDDEN, true, [FORBIDDEN]],
    ['some', DOWN, true, [DOWN]],
    ['lost', FORBIDDEN, false, []],
    ['lost', DOWN, false, [DOWN]],
    ['none', DOWN, false, []],
  ])('with the note "%s" and the failure %s: applications may exist: %s', async (note, failure, mayExist, failures) => {
    const world = unprotectedWorld(note);
    world.failures.set('list applications', failure);
    const found = await ensure(world);

    expect([found.applications.mayExist, found.failures]).toStrictEqual([mayExist, failures]);
    expect(found.reported).toStrictEqual(failures.map(() => 'ConfigReady'));
  });

  it.each<[Noted, boolean]>([
    ['nothing', false],
    ['none', false],
    ['some', true],
    ['lost', true],
  ])('with the note "%s" and no credentials: applications may exist: %s', async (note, mayExist) => {
    const { applications, failures } = await ensure(unprotectedWorld(note), { access: undefined });

    expect([applications.mayExist, failures]).toStrictEqual([mayExist, []]);
  });
});
