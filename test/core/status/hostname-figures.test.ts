import { describe, expect, it } from '@jest/globals';
import type { TunnelObservation } from '../../../src/core/status/exposed.ts';
import { boundedHostnames, countLeftOut, hostnameFigures } from '../../../src/core/status/hostname-figures.ts';
import { NOTHING_SERVED, aHostname, aRoute } from '../../support/routes.ts';

const [a, b, c] = [aHostname('a.example.com'), aHostname('b.example.com'), aHostname('c.example.com')] as const;
const ROOT = aRoute(a, 'default/web');
const API = { ...ROOT, path: { type: 'Prefix', value: '/api' } } as const;
const taken = { reason: 'RecordConflict', message: 'taken' } as const;
const full = { reason: 'TunnelNotReady', message: 'no room' } as const;
const waits = { reason: 'Progressing', message: 'a policy' } as const;
const LIVE = new Map([[a, 'default/web']]);

describe('a hostname', () => {
  it.each<{ when: string; observation: Partial<TunnelObservation> | undefined; figure: object }>([
    { when: 'nothing is known', observation: undefined, figure: { state: 'pending' } },
    { when: 'nothing is published', observation: {}, figure: { state: 'pending' } },
    { when: 'one of its routes is live', observation: { live: LIVE }, figure: { state: 'live' } },
    {
      when: 'its record is refused',
      observation: { live: LIVE, refused: new Map([[a, taken]]) },
      figure: { state: 'refused', reason: 'RecordConflict' },
    },
    {
      when: 'all its rules are refused',
      observation: { refusedRules: new Map([a, `${a}/api`].map((claim) => [claim, full])) },
      figure: { state: 'refused', reason: 'TunnelNotReady' },
    },
    {
      when: 'all its rules wait for something that is being made',
      observation: { refusedRules: new Map([a, `${a}/api`].map((claim) => [claim, waits])) },
      figure: { state: 'pending' },
    },
    {
      when: 'one of its rules is refused',
      observation: { live: LIVE, refusedRules: new Map([[`${a}/api`, full]]) },
      figure: { state: 'live' },
    },
  ])('has one state when $when', ({ observation, figure }) => {
    const known = observation && { ...NOTHING_SERVED, ...observation };

    expect(hostnameFigures([ROOT, API], known)).toEqual([{ hostname: a, ...figure }]);
  });
});

describe('a limit of hostnames', () => {
  const HOME = {
    tunnel: 'shop/home',
    hostnames: [
      { hostname: c, state: 'live' },
      { hostname: b, state: 'refused', reason: 'RecordConflict' },
    ],
  } as const;
  const OTHER = { tunnel: 'blog/home', hostnames: [{ hostname: a, state: 'live' }] } as const;

  it.each([
    { limit: 3, shown: [c, b, a], leftOut: 0 },
    { limit: 2, shown: [b, a], leftOut: 1 },
    { limit: 1, shown: [b], leftOut: 2 },
    { limit: 0, shown: [], leftOut: 3 },
  ])('of $limit leaves out $leftOut, of those that are served', ({ limit, shown, leftOut }) => {
    expect(boundedHostnames([HOME, OTHER], limit).map(({ hostname }) => hostname)).toEqual(shown);
    expect(countLeftOut([HOME, OTHER], limit)).toBe(leftOut);
  });

  it('shows the Tunnel of each', () => {
    expect(boundedHostnames([OTHER], 5)).toEqual([{ tunnel: 'blog/home', hostname: a, state: 'live' }]);
  });
});
