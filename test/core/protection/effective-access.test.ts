import { describe, expect, it } from '@jest/globals';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import type { RouteAccess } from '../../../src/core/model/route.ts';
import { ANY_HOST } from '../../../src/core/model/hostname.ts';
import { isProtectedEnough, policiesOf, unprotectable } from '../../../src/core/protection/effective-access.ts';
import { buildRoutingTable } from '../../../src/core/routing/table.ts';
import { relatedAmong } from '../../../src/core/sources/related.ts';
import { type ServiceTraits, aService, aTunnel } from '../../support/builders.ts';
import { aGrantOf } from '../../support/gateways.ts';
import { aRoute } from '../../support/routes.ts';
import { aWorld, routingInput } from '../routing/worlds.ts';

const HOST = 'app.example.com';
const ACCESS = 'cftunnel.io/access';

interface Case {
  readonly access?: string;
  readonly of?: TunnelSpec['access'];
  readonly traits?: ServiceTraits;
  /** What was published before, and with which policies. */
  readonly before?: RouteAccess | 'open';
}

/** What becomes of a Service with these annotations at a Tunnel that says this about Access. */
function resultOf({ access, of, traits, before }: Case, ...grants: Parameters<typeof aGrantOf>[]) {
  const annotations = { ...(access === undefined ? {} : { [ACCESS]: access }), ...traits?.annotations };
  const service = aService('shop/web', { hostname: HOST, tunnel: 'infra/home', ...traits, annotations });
  const allowedRoutes = { namespaces: { from: 'All' } } as const;
  const tunnel = aTunnel('infra/home', { spec: { allowedRoutes, ...(of === undefined ? {} : { access: of }) } });
  const last = { ...aRoute(HOST), ...(before === undefined || before === 'open' ? {} : { access: before }) };
  const lastGood = new Map(before === undefined ? [] : [['shop/web', { tunnel: 'infra/home', routes: [last] }]]);
  const related = relatedAmong(grants.map((grant) => aGrantOf(...grant)));
  const input = routingInput(aWorld({ tunnels: [tunnel], services: [service], lastGood }));
  const result = buildRoutingTable({ ...input, related }).results.get('shop/web');
  return { access: result?.routes.map((route) => route.access ?? 'open'), problems: result?.problems };
}

const REQUIRED = { required: true };
const OWN = { policies: ['office', 'infra/staff'] };
const OF_TUNNEL = ['infra/office', 'infra/staff'];

// Invariant 57.
describe('who may enter', () => {
  it.each<[string, Case, RouteAccess | 'open']>([
    ['nothing is said', {}, 'open'],
    ['a route says none', { access: 'none' }, 'none'],
    ['a route names policies', { access: 'a,b' }, ['shop/a', 'shop/b']],
    ['only the Tunnel names policies', { of: OWN }, OF_TUNNEL],
    ['both do', { access: 'a', of: OWN }, ['shop/a']],
    ['a route says none to the policies of its Tunnel', { access: 'none', of: OWN }, 'none'],
    ['the Tunnel requires Access, and has policies', { of: { ...OWN, ...REQUIRED } }, OF_TUNNEL],
    ['the Tunnel requires Access, and the route has policies', { access: 'a', of: REQUIRED }, ['shop/a']],
  ])('is settled where %s', (_, each, access) => {
    expect(resultOf(each)).toEqual({ access: [access], problems: [] });
  });

  it.each<[string, Case, string]>([
    ['says none', { access: 'none', of: { ...OWN, ...REQUIRED } }, `${ACCESS}: none has no effect there.`],
    ['says nothing, and there is no policy', { of: REQUIRED }, `Name AccessPolicies in ${ACCESS}, or use another`],
  ])('is nobody at a Tunnel that requires Access, if a route %s', (_, each, advice) => {
    const { access, problems } = resultOf({ ...each, before: 'open' });

    expect(access).toEqual([]);
    expect(problems).toEqual([
      { reason: 'AccessRequired', message: expect.stringContaining(`Tunnel infra/home requires Access. ${advice}`) },
    ]);
  });

  it('is nobody where the policies of the Tunnel may not be used', () => {
    const of = { policies: ['other/staff'] };
    const permitted = [
      'other/shared',
      { group: 'cftunnel.io', kind: 'Tunnel', namespace: 'infra' },
      { group: 'cftunnel.io', kind: 'AccessPolicy' },
    ] as const;

    expect(resultOf({ of })).toEqual({
      access: [],
      problems: [
        { reason: 'AccessNotReady', message: expect.stringMatching(/spec\.access\.policies: AccessPolicy other/) },
      ],
    });
    expect(resultOf({ of }, [...permitted])).toEqual({ access: [['other/staff']], problems: [] });
    expect(resultOf({ of, access: 'a' })).toEqual({ access: [['shop/a']], problems: [] });
  });
});

describe('a path that is a pattern', () => {
  const traits = { annotations: { 'cftunnel.io/path': '^/a.*', 'cftunnel.io/path-type': 'Regex' } };

  it('cannot be protected', () => {
    expect(resultOf({ access: 'a', traits })).toEqual({
      access: [],
      problems: [
        {
          reason: 'AccessNotReady',
          message: `${ACCESS}: Access knows no patterns, so it cannot protect the path "^/a.*" of ${HOST}. Use a prefix, or protect the whole hostname`,
        },
      ],
    });
  });

  it('is served where Access is not asked for', () => {
    expect(resultOf({ access: 'none', of: OWN, traits }).access).toEqual(['none']);
  });
});

describe('what was published before an invalid edit', () => {
  const traits = { port: 'lost' };

  it.each<[string, Case]>([
    ['was protected', { access: 'a', before: ['shop/old'] }],
    ['was protected, and the Tunnel requires it', { of: REQUIRED, before: ['shop/old'] }],
  ])('stays where it %s', (_, each) => {
    expect(resultOf({ ...each, traits }).access).toEqual([['shop/old']]);
  });

  it.each<[string, Case]>([
    ['its source asks for Access by now', { access: 'a', before: 'open' }],
    ['its source asks for Access badly', { access: 'A', before: 'none' }],
    ['its Tunnel requires Access by now', { of: REQUIRED, before: 'none' }],
  ])('is withdrawn where it was open and %s', (_, each) => {
    expect(resultOf({ ...each, traits }).access).toEqual([]);
  });

  it('stays open where nothing asks for Access', () => {
    expect(resultOf({ before: 'open', traits }).access).toEqual(['open']);
  });
});

it('the policies that routes use are named once, and those of open routes not at all', () => {
  const routes = [{ access: ['a', 'b'] }, { access: ['b', 'c'] }, { access: 'none' }, {}] as const;

  expect([...policiesOf(routes)]).toEqual(['a', 'b', 'c']);
});

it('a route for any hostname cannot be protected, and may be open', () => {
  const route = { hostname: ANY_HOST };

  expect(unprotectable({ ...route, access: ['shop/a'] })).toEqual({
    reason: 'AccessNotReady',
    message: `${ACCESS}: Access protects hostnames, and this route names none. Name its hostnames`,
  });
  expect([unprotectable(route), unprotectable({ ...route, access: 'none' })]).toEqual([undefined, undefined]);
});

it('a name of the local network is not what Access is asked for', () => {
  const tunnel = aTunnel('infra/home', { spec: { access: REQUIRED } });

  expect(isProtectedEnough({ addresses: ['192.168.1.10'] }, true, tunnel)).toBe(true);
  expect(isProtectedEnough({}, false, tunnel)).toBe(false);
});
