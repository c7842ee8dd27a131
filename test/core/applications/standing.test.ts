import { describe, expect, it } from '@jest/globals';
import { guardRoutes } from '../../../src/core/applications/guards.ts';
import {
  type Standing,
  conflicting,
  policiesIn,
  protectRoutes,
  withoutPolicies,
} from '../../../src/core/applications/standing.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { HOST, at } from './places.ts';

const PROTECTION = { team: 'acme', audience: 'new' };
const FORMER = { team: 'acme', audience: 'former' };
const REFUSED: Standing = { reason: 'AccessConflict', why: 'Payroll has it' };
const UNKNOWN: Standing = { unknown: 'Cloudflare is down' };

const STAFF = at(HOST, ['shop/staff']);
const PUBLISHED: Route = { ...STAFF, protection: FORMER, origin: 'http://former.shop.svc:80' };

interface Case {
  readonly standing: Standing;
  readonly published?: readonly Route[];
}

function protectedBy(routes: readonly Route[], { standing, published = [] }: Case) {
  return protectRoutes(routes, { guards: guardRoutes(routes), standing: () => standing, published });
}

// Invariant 57.
describe('a route that asks for Access', () => {
  it('is published behind its application', () => {
    expect(protectedBy([STAFF], { standing: PROTECTION, published: [PUBLISHED] })).toStrictEqual({
      routes: [{ ...STAFF, protection: PROTECTION }],
      withheld: [],
      refused: [],
    });
  });

  it.each([
    { standing: REFUSED, published: [], reason: 'AccessConflict', why: `${HOST}: Payroll has it` },
    { standing: UNKNOWN, published: [], reason: 'AccessNotReady', why: `${HOST}: Cloudflare is down` },
    { standing: UNKNOWN, published: [at(HOST)], reason: 'AccessNotReady', why: `${HOST}: Cloudflare is down` },
  ])('is withheld if nothing protects it: $why', ({ reason, why, ...facts }) => {
    expect(protectedBy([STAFF], facts)).toStrictEqual({
      routes: [],
      withheld: [STAFF],
      refused: [{ route: STAFF, reason, why }],
    });
  });

  it.each([
    { standing: REFUSED, reason: 'AccessConflict', why: `${HOST}: Payroll has it` },
    { standing: UNKNOWN, reason: 'AccessNotReady', why: `${HOST}: Cloudflare is down` },
  ])('keeps what protected it when it was last published, although it has changed: $why', (facts) => {
    const { standing, reason, why } = facts;
    const route = at(HOST, ['shop/admins']);

    expect(protectedBy([route], { standing, published: [PUBLISHED] })).toStrictEqual({
      routes: [{ ...STAFF, protection: FORMER }],
      withheld: [],
      refused: [{ route, reason, why, isStillServed: true }],
    });
  });

  it('keeps the application above it that protected it until it asked for one itself', () => {
    const published = [{ ...at(HOST), protection: FORMER }];

    expect(protectedBy([STAFF], { standing: REFUSED, published }).routes).toStrictEqual(published);
  });

  it('goes on while Cloudflare cannot be asked and it asks for the same as before', () => {
    expect(protectedBy([STAFF], { standing: UNKNOWN, published: [PUBLISHED] })).toStrictEqual({
      routes: [{ ...STAFF, protection: FORMER }],
      withheld: [],
      refused: [],
    });
  });

  it('is refused for what it is itself, whatever stands', () => {
    const pattern = at(`${HOST}/a.*`, ['shop/staff'], 'Regex');
    const why = `${HOST} (Regex /a.*): Access knows no patterns. Use a prefix, or the whole hostname`;

    expect(protectedBy([pattern], { standing: PROTECTION })).toStrictEqual({
      routes: [],
      withheld: [pattern],
      refused: [{ route: pattern, reason: 'AccessNotReady', why }],
    });
  });
});

describe('a route that asks for nothing', () => {
  const below = at(`${HOST}/a`);
  const staff = { ...STAFF, protection: FORMER };

  it('is published behind the application above it', () => {
    expect(protectedBy([STAFF, below], { standing: PROTECTION }).routes).toStrictEqual([
      { ...STAFF, protection: PROTECTION },
      { ...below, protection: PROTECTION },
    ]);
  });

  it('is open where there is none', () => {
    const published = [{ ...below, protection: FORMER }];

    expect(protectedBy([below], { standing: UNKNOWN, published }).routes).toStrictEqual([below]);
  });

  it.each([REFUSED, UNKNOWN])('is not held up by what is above it, and keeps its protection: %j', (standing) => {
    const published = [staff, { ...below, protection: FORMER }];

    expect(protectedBy([STAFF, below], { standing }).routes).toStrictEqual([below]);
    expect(protectedBy([STAFF, below], { standing, published }).routes).toStrictEqual([
      staff,
      { ...below, protection: FORMER },
    ]);
  });
});

describe('what keeps an application from standing', () => {
  it.each([
    ['Payroll', 'Access application "Payroll" has the same'],
    [undefined, 'An Access application has the same'],
  ])('is one of somebody else, named %s', (name, begin) => {
    expect(conflicting(name)).toStrictEqual({
      reason: 'AccessConflict',
      why: `${begin} hostname and path, and does not belong to this Tunnel. Delete it at https://one.dash.cloudflare.com, or choose another hostname or path`,
    });
  });

  it.each([
    [{ missing: 'no policy' }, 'AccessNotReady'],
    [{ missing: 'no policy', isComing: true }, 'Progressing'],
  ] as const)('is %j', (missing, reason) => {
    expect(withoutPolicies(missing)).toStrictEqual({ reason, why: 'no policy' });
  });
});

it('applications need each policy once, and none for everyone', () => {
  const routes = [at(HOST, ['shop/staff', 'shop/office']), at(`${HOST}/a`, ['shop/staff']), at(`${HOST}/b`, 'none')];

  expect(policiesIn(guardRoutes(routes))).toStrictEqual(['shop/staff', 'shop/office']);
});
