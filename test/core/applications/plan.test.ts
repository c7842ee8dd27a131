import { describe, expect, it } from '@jest/globals';
import { applicationName, isOfCluster } from '../../../src/core/applications/application.ts';
import { planApplications, retiredApplications } from '../../../src/core/applications/plan.ts';
import { resolveLoginMethods } from '../../../src/core/applications/policies.ts';
import type { RemoteApplication } from '../../../src/core/applications/application.ts';
import { anApplication } from '../../support/applications.ts';

const HOST = 'app.example.com';
const MARK = 'cftunnel.io owner=test/shop/home';
const CLUSTER = 'cftunnel.io owner=test/';
const STANDING = anApplication(HOST, { policies: ['p-1', 'p-2'] });
const WANTED = {
  name: applicationName(HOST, MARK),
  domain: HOST,
  policies: ['p-1', 'p-2'],
  sessionDuration: '24h',
  loginMethods: [],
};

function planned(...observed: readonly RemoteApplication[]) {
  return planApplications({ wanted: [WANTED], observed, mark: MARK, clusterMark: CLUSTER }).get(HOST)?.kind;
}

// Invariant 57.
describe('an application', () => {
  it('that is missing is created', () => {
    expect(planned(anApplication('other.example.com'))).toBe('create');
  });

  it('that says what it should is left alone, whatever people have set beside', () => {
    expect(planned(STANDING)).toBe('standing');
    expect(planned({ ...STANDING, settings: { logo_url: 'x' }, loginMethods: [] })).toBe('standing');
  });

  it.each<[string, Partial<RemoteApplication>]>([
    ['other policies', { policies: ['p-1'] }],
    ['its policies in another order', { policies: ['p-2', 'p-1'] }],
    ['a policy of its own', { policies: 'other' }],
    ['everyone let in', { policies: 'everyone' }],
    ['another session', { sessionDuration: '1h' }],
    ['other login methods', { loginMethods: ['idp'] }],
    ['a further hostname', { domains: [HOST, 'b.example.com'] }],
    ['another type', { type: 'ssh' }],
  ])('with %s is changed back', (_, traits) => {
    expect(planned({ ...STANDING, ...traits })).toBe('update');
  });

  it.each(['Payroll', `${HOST} (cftunnel.io owner=other/shop/home)`, `${HOST} (${MARK}) copy`])(
    'named %j is somebody else’s',
    (name) => {
      expect(planned({ ...STANDING, name })).toBe('conflict');
      expect(planned(STANDING, { ...STANDING, id: 'other', domain: 'b.example.com', domains: [HOST], name })).toBe(
        'conflict',
      );
    },
  );

  it('of another Tunnel of the cluster is taken over, because the hostname has moved', () => {
    const moved = { ...STANDING, name: applicationName(HOST, `${CLUSTER}infra/edge`) };

    expect(isOfCluster(moved, CLUSTER)).toBe(true);
    expect(planned(moved)).toBe('update');
  });
});

describe('applications that nothing needs', () => {
  const old = anApplication('old.example.com');
  const foreign = anApplication('foreign.example.com', { name: 'Payroll' });
  const facts = { observed: [STANDING, old, foreign], mark: MARK, needed: new Set([HOST]) };

  it('are those of the Tunnel alone', () => {
    expect(retiredApplications({ ...facts, audiences: new Set() })).toEqual([old]);
  });

  it('stay while a connector asks for their tokens', () => {
    expect(retiredApplications({ ...facts, audiences: new Set([old.audience]) })).toEqual([]);
  });
});

describe('login methods', () => {
  const known = [
    { id: 'a', name: 'GitHub' },
    { id: 'b', name: 'Okta' },
    { id: 'c', name: 'Okta' },
  ];

  it('are found by name, or given by id', () => {
    const id = '11111111-2222-3333-4444-555555555555';

    expect(resolveLoginMethods(['GitHub', id], known)).toEqual({ ids: ['a', id] });
  });

  it.each([
    ['Github', /no login method of that name, did you mean GitHub\?$/],
    ['Okta', /several login methods "Okta"/],
  ])('named %s are not guessed', (name, why) => {
    expect(resolveLoginMethods([name], known)).toEqual({ missing: expect.stringMatching(why) });
  });
});
