import { describe, expect, it } from '@jest/globals';
import {
  type HostnameFacts,
  type RouteParts,
  closedIn,
  droppedIn,
  hasNoMatch,
  isFullyDropped,
  routesAt,
} from '../../../src/core/gateway/parts.ts';
import { ANY_HOST, type Hostname } from '../../../src/core/model/hostname.ts';
import { ORIGIN, aPart } from './rule-parts.ts';

const [A, B, C] = ['a.example.com', 'b.example.com', 'c.example.com'] as [Hostname, Hostname, Hostname];
const INVALID = { problem: 'no path' };
const BROKEN = aPart({ unsupported: ['no filter', 'no mirror'] });
const UNMATCHED = aPart({}, { place: 'spec.rules[1]', matches: [INVALID] });
const HALF = aPart({}, { matches: [INVALID, { value: {} }] });

describe('rules', () => {
  it.each<{ case: string; parts: RouteParts; isDropped: boolean; isUnmatched: boolean }>([
    { case: 'none', parts: [], isDropped: false, isUnmatched: false },
    { case: 'a good one', parts: [aPart()], isDropped: false, isUnmatched: false },
    { case: 'one with a match that is invalid', parts: [HALF], isDropped: false, isUnmatched: false },
    { case: 'one without a valid match', parts: [UNMATCHED], isDropped: true, isUnmatched: true },
    { case: 'one with a filter that nobody can apply', parts: [BROKEN], isDropped: true, isUnmatched: false },
    { case: 'both', parts: [BROKEN, UNMATCHED], isDropped: true, isUnmatched: false },
    { case: 'a good one too', parts: [UNMATCHED, aPart()], isDropped: false, isUnmatched: false },
  ])('$case: all dropped ($isDropped), all without a match ($isUnmatched)', ({ parts, isDropped, isUnmatched }) => {
    expect([isFullyDropped(parts), hasNoMatch(parts)]).toEqual([isDropped, isUnmatched]);
  });

  it('that cannot be served as they are stated are told, with the place', () => {
    expect(droppedIn([BROKEN, UNMATCHED, HALF])).toEqual([
      'spec.rules[0]: no filter',
      'spec.rules[0]: no mirror',
      'spec.rules[1]: no path',
      'spec.rules[0]: no path',
    ]);
  });

  it('with a filter that nobody can apply are closed', () => {
    const message = 'spec.rules[0]: no filter; no mirror';

    expect(closedIn([aPart(), BROKEN])).toStrictEqual([
      { hostnames: [], isForbidden: true, problems: [{ reason: 'InvalidSpec', message }], warnings: [] },
    ]);
  });
});

const routeAt = (hostnames: readonly Hostname[], more: object = {}) => ({
  hostnames,
  target: { origin: ORIGIN, ...more },
  problems: [],
  warnings: [],
});

describe('routes', () => {
  const facts: HostnameFacts = { withoutTls: new Set(), owners: new Map() };

  it('are made of each match of each rule, for all hostnames together', () => {
    const path = { type: 'Prefix', value: '/api' } as const;
    const parts = [aPart({}, { matches: [{ value: { path } }, { value: {} }] })];

    expect(routesAt([A, B], facts, parts)).toStrictEqual([routeAt([A, B], { path }), routeAt([A, B])]);
  });

  it('have a record except for any host, and belong to whom the listener of a hostname belongs to', () => {
    const owners = new Map([[B, 'blog']]);

    expect(routesAt([ANY_HOST, A, B, C], { ...facts, owners }, [aPart()])).toStrictEqual([
      routeAt([ANY_HOST], { dns: 'disabled' }),
      routeAt([A, C]),
      routeAt([B], { hostnameOwner: 'blog' }),
    ]);
  });

  it('of listeners without TLS answer only requests without TLS', () => {
    const headers = [{ name: 'x', value: 'y' }];
    const parts = [aPart({}, { matches: [{ value: { match: { headers } } }] })];
    const proxy = (more: readonly object[]) => ({
      proxy: { match: { headers: [...headers, ...more] }, backends: parts[0]?.rule.backends },
    });

    expect(routesAt([A, B], { ...facts, withoutTls: new Set([B]) }, parts)).toStrictEqual([
      routeAt([A], proxy([])),
      routeAt([B], proxy([{ name: 'x-forwarded-proto', value: 'http' }])),
    ]);
  });

  it('of equal matches are those of the first, and of an invalid one keep what was live', () => {
    const parts = [aPart(), aPart({}, { matches: [INVALID, INVALID, { value: {} }] })];
    const unknown = {
      hostnames: [A],
      isPathUnknown: true,
      problems: [{ reason: 'InvalidSpec', message: 'spec.rules[0]: no path' }],
      warnings: [],
    };

    expect(routesAt([A], facts, parts)).toStrictEqual([routeAt([A]), unknown, unknown]);
  });
});
