import { describe, expect, it } from '@jest/globals';
import type { TunnelObservation } from '../../../src/core/status/exposed.ts';
import { figuresOf } from '../../../src/core/status/figures.ts';
import { EPOCH, aTunnel } from '../../support/builders.ts';
import { NOTHING_SERVED, aHostname, aRoute } from '../../support/routes.ts';

const [a, b, c] = [aHostname('a.example.com'), aHostname('b.example.com'), aHostname('c.example.com')] as const;
const ROUTES = [a, b, c].map((hostname) => aRoute(hostname, 'default/web', 'http://web'));

describe('the figures of a Tunnel', () => {
  it('count each hostname in one state, whatever its number of routes', () => {
    const known: TunnelObservation = {
      ...NOTHING_SERVED,
      live: new Map([a, b].map((hostname) => [hostname, 'default/web'])),
      refused: new Map([[b, { reason: 'RecordConflict', message: 'taken' }]]),
    };

    const { records } = figuresOf(aTunnel('default/home'), [...ROUTES, ...ROUTES], known);

    expect(records).toEqual({ live: 1, refused: 1, pending: 1 });
  });

  it.each<{ case: string; refused: readonly string[]; live: readonly string[]; counted: object }>([
    { case: 'no rule', refused: [a, `${a}/api`], live: [], counted: { live: 0, refused: 1, pending: 0 } },
    { case: 'one rule', refused: [`${a}/api`], live: [a], counted: { live: 1, refused: 0, pending: 0 } },
    { case: 'one rule that is pending', refused: [`${a}/api`], live: [], counted: { live: 0, refused: 0, pending: 1 } },
  ])('count a hostname with $case in the ConfigMap', ({ refused, live, counted }) => {
    const root = aRoute(a, 'default/web');
    const full = { reason: 'TunnelNotReady', message: 'no room' } as const;
    const known: TunnelObservation = {
      ...NOTHING_SERVED,
      live: new Map(live.map((claim) => [claim, 'default/web'])),
      refusedRules: new Map(refused.map((claim) => [claim, full])),
    };

    const { records } = figuresOf(
      aTunnel('default/home'),
      [root, { ...root, path: { type: 'Prefix', value: '/api' } }],
      known,
    );

    expect(records).toEqual(counted);
  });

  it('take connectors and routes from spec and status, and are zero before the first pass', () => {
    const status = { readyReplicas: 2, routes: { attached: 4, refused: 1 } };

    expect(figuresOf(aTunnel('default/home', { spec: { replicas: 3 }, status }), [], undefined)).toEqual({
      tunnel: 'default/home',
      routes: { attached: 4, refused: 1 },
      records: { live: 0, refused: 0, pending: 0 },
      hostnames: [],
      connectors: { expected: 3, ready: 2, foreign: 0 },
      conditions: [],
      succeededAt: undefined,
      configVersion: undefined,
      tokenSince: undefined,
      rotationAt: undefined,
    });
    const { routes, records, connectors } = figuresOf(aTunnel('default/new'), ROUTES, undefined);
    expect({ routes, records, connectors }).toEqual({
      routes: { attached: 0, refused: 0 },
      records: { live: 0, refused: 0, pending: 3 },
      connectors: { expected: 2, ready: 0, foreign: 0 },
    });
  });

  it.each([
    { case: 'is unknown before there is a tunnel', status: {}, since: undefined },
    { case: 'is as old as the Tunnel if it was never rotated', status: { tunnelId: '1' }, since: EPOCH },
    {
      case: 'is as old as its last rotation',
      status: { tunnelId: '1', tokenRotation: { lastTime: '2026-02-01T00:00:00Z' } },
      since: '2026-02-01T00:00:00Z',
    },
  ])('know how old the token is: it $case', ({ status, since }) => {
    expect(figuresOf(aTunnel('default/home', { status }), [], undefined).tokenSince).toBe(since);
  });

  it('take foreign connectors and the last success from what is remembered', () => {
    const remembered = { foreignConnectors: 3, succeededAt: '2026-02-01T00:00:00Z' };

    expect(figuresOf(aTunnel('default/home'), [], undefined, remembered)).toMatchObject({
      connectors: { foreign: 3 },
      succeededAt: '2026-02-01T00:00:00Z',
    });
  });

  it('take conditions and the version of the rules from the status', () => {
    const ready = { type: 'Ready', status: 'True', reason: 'Ready', message: 'ok', lastTransitionTime: EPOCH } as const;
    const status = { conditions: [ready], config: { hash: 'a', version: 3 } };

    expect(figuresOf(aTunnel('default/home', { status }), [], undefined)).toMatchObject({
      conditions: [{ type: 'Ready', status: 'True', reason: 'Ready' }],
      configVersion: 3,
    });
  });

  it.each([
    { case: 'the schedule says', spec: { tokenRotation: { schedule: '0 3 * * SUN' } }, at: '2026-02-01T00:00:00Z' },
    { case: 'no schedule is left to say', spec: {}, at: undefined },
  ])('know when the token is rotated next, as $case', ({ spec, at }) => {
    const status = { tokenRotation: { nextTime: '2026-02-01T00:00:00Z' } };

    expect(figuresOf(aTunnel('default/home', { spec, status }), [], undefined).rotationAt).toBe(at);
  });
});
