import { describe, expect, it } from '@jest/globals';
import { applicationName, isOfCluster, isUpToDate } from '../../../src/core/applications/application.ts';
import {
  type PlannedApplication,
  isEnteredBelow,
  planApplications,
  plansByHostname,
  retiredApplications,
} from '../../../src/core/applications/plan.ts';
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

describe('the plan of each hostname', () => {
  it('has all of its paths, and is early if everything of it stands', () => {
    const standing = { kind: 'standing', application: STANDING } as const;
    const missing = { kind: 'create', content: WANTED } as const;
    const plan = new Map<string, PlannedApplication>([
      ['a.example.com', standing],
      ['b.example.com', standing],
      ['a.example.com/admin', missing],
      ['c.example.com/x', standing],
    ]);

    expect(plansByHostname(plan).map((own) => own.map(([domain]) => domain))).toEqual([
      ['b.example.com'],
      ['c.example.com/x'],
      ['a.example.com', 'a.example.com/admin'],
    ]);
  });
});

// Invariant 57.
describe('an application', () => {
  it('that is missing is created', () => {
    expect(planned(anApplication('b.example.com'), anApplication('c.example.com', { name: 'Payroll' }))).toBe('create');
  });

  it('that says what it should is left alone, whatever people have set beside', () => {
    expect(planned(STANDING)).toBe('standing');
    expect(planned({ ...STANDING, settings: { logo_url: 'x' }, loginMethods: [] })).toBe('standing');
  });

  it.each([
    [
      ['idp-1', 'idp-2'],
      ['idp-2', 'idp-1'],
    ],
    [
      ['idp-2', 'idp-1'],
      ['idp-1', 'idp-2'],
    ],
  ])('says the same with the login methods %j and %j', (found, wanted) => {
    expect(isUpToDate({ ...STANDING, loginMethods: found }, { ...WANTED, loginMethods: wanted })).toBe(true);
  });

  it('for everyone lets everyone in, and nothing else', () => {
    const wanted = { ...WANTED, policies: 'everyone' } as const;
    const found = (['everyone', 'other', [], ['e']] as const).map((policies) => ({ ...STANDING, policies }));

    expect(found.map((one) => isUpToDate(one, wanted))).toStrictEqual([true, false, false, false]);
  });

  it('is about its own hostname and path', () => {
    expect(isUpToDate({ ...STANDING, domains: [] }, { ...WANTED, domain: `${HOST}/a` })).toBe(false);
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
    expect(planned(moved, STANDING)).toBe('standing');
  });

  it.each([MARK, `${CLUSTER}infra/edge`])(
    'of another hostname stays there, although it also protects this one: %s',
    (mark) => {
      const other = 'b.example.com';
      const wider = anApplication(other, { name: applicationName(other, mark), domains: [other, HOST] });

      expect(planned(wider)).toBe('create');
    },
  );

  it('of somebody else has the domain that it names first, whatever it protects', () => {
    expect(planned({ ...STANDING, name: 'Payroll', domains: [] })).toBe('conflict');
  });
});

describe('applications that nothing needs', () => {
  const old = anApplication('old.example.com');
  const foreign = anApplication('foreign.example.com', { name: 'Payroll' });
  const facts = { observed: [STANDING, old, foreign], mark: MARK, needed: new Set([HOST]) };

  it('are those of the Tunnel alone', () => {
    expect(retiredApplications({ ...facts, audiences: new Set() })).toEqual([old]);
  });

  it('are all but the first of one hostname', () => {
    const second = { ...STANDING, id: 'second', audience: 'second' };

    expect(retiredApplications({ ...facts, observed: [STANDING, second], audiences: new Set() })).toEqual([second]);
  });

  it('stay while a connector asks for their tokens', () => {
    expect(retiredApplications({ ...facts, audiences: new Set([old.audience]) })).toEqual([]);
  });
});

describe('a domain', () => {
  const below = anApplication(`${HOST}/api`);

  it.each<{ case: string; observed: RemoteApplication; needed?: readonly string[]; isEntered: boolean }>([
    { case: 'below it', observed: below, isEntered: true },
    { case: 'below it that is to stay', observed: below, needed: [`${HOST}/api`], isEntered: false },
    { case: 'below it of somebody else', observed: { ...below, name: 'Payroll' }, isEntered: false },
    { case: 'of its own, twice', observed: anApplication(HOST), isEntered: false },
    { case: 'of a longer hostname', observed: anApplication(`${HOST}.uk`), isEntered: false },
  ])('is entered by an application $case: $isEntered', ({ observed, needed = [], isEntered }) => {
    const facts = { observed: [STANDING, observed], mark: MARK, needed: new Set([HOST, ...needed]) };

    expect(isEnteredBelow(HOST, facts)).toBe(isEntered);
  });
});
