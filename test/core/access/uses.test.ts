import { describe, expect, it } from '@jest/globals';
import type { Tunnel } from '../../../src/api/objects.ts';
import { changedUsers, policyUsers } from '../../../src/core/access/uses.ts';
import type { RouteAccess } from '../../../src/core/model/route.ts';
import { aTunnel } from '../../support/builders.ts';

type Attached = Parameters<typeof policyUsers>[0];

/** The routes of each Tunnel, each of another source. */
function attached(routes: Readonly<Record<string, readonly (RouteAccess | undefined)[]>>): Attached {
  const results = Object.entries(routes).map(([tunnel, accesses]) => {
    const sources = accesses.map((access) => ({ routes: [access === undefined ? {} : { access }] }));
    return [tunnel, sources] as const;
  });
  return { resultsByTunnel: new Map(results) };
}

function users(routes: Parameters<typeof attached>[0], ...tunnels: readonly Tunnel[]): unknown {
  return Object.fromEntries(policyUsers(attached(routes), tunnels));
}

describe('the Tunnels that use a policy', () => {
  it('are those whose routes name it, in order', () => {
    const tunnels = ['shop/home', 'shop/edge', 'shop/idle'].map((key) => aTunnel(key));
    const routes = {
      'shop/home': [['shop/staff'], undefined, 'none', ['shop/admins', 'shop/staff']],
      'shop/edge': [['shop/staff']],
    } as const;

    expect(users(routes, ...tunnels)).toStrictEqual({
      'shop/staff': ['shop/edge', 'shop/home'],
      'shop/admins': ['shop/home'],
    });
  });

  it('are those that name it themselves, if it is of their namespace', () => {
    const tunnel = aTunnel('shop/home', { spec: { access: { policies: ['staff', 'infra/office'] } } });

    expect(users({}, tunnel)).toStrictEqual({ 'shop/staff': ['shop/home'] });
  });

  it('are none that is being deleted', () => {
    const tunnel = aTunnel('shop/home', { deleting: true, spec: { access: { policies: ['staff'] } } });

    expect(users({ 'shop/home': [['shop/admins']] }, tunnel)).toStrictEqual({});
  });
});

it('a policy is looked at again once other Tunnels use it, or none', () => {
  const before = new Map([
    ['shop/same', ['shop/home']],
    ['shop/more', ['shop/home']],
    ['shop/unused', ['shop/home']],
  ]);
  const after = new Map([
    ['shop/same', ['shop/home']],
    ['shop/more', ['shop/edge', 'shop/home']],
    ['shop/new', ['shop/home']],
  ]);

  expect(changedUsers(before, after)).toStrictEqual(['shop/more', 'shop/unused', 'shop/new']);
});
