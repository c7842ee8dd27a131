import { describe, expect, it } from '@jest/globals';
import type { TunnelNews } from '../../../src/core/status/exposed.ts';
import { figuresOf } from '../../../src/core/status/figures.ts';
import { aTunnel } from '../../support/builders.ts';
import { aHostname, aRoute } from '../../support/routes.ts';

const [a, b, c] = ['a.example.com', 'b.example.com', 'c.example.com'].map(aHostname) as [never, never, never];
const ROUTES = [a, b, c].map((hostname) => aRoute(hostname, 'default/web', 'http://web'));

describe('the figures of a Tunnel', () => {
  it('count each hostname in one state, whatever its number of routes', () => {
    const news: TunnelNews = {
      live: new Map([a, b].map((hostname) => [hostname, 'default/web'])),
      refusedRules: new Map(),
      refused: new Map([[b, { reason: 'RecordConflict', message: 'taken' }]]),
      blocked: undefined,
      isComplete: true,
      isServed: true,
      recorded: new Set(),
      remarks: new Map(),
    };

    const { records } = figuresOf(aTunnel('default/home'), [...ROUTES, ...ROUTES], news);

    expect(records).toEqual({ live: 1, refused: 1, pending: 1 });
  });

  it('take connectors and routes from spec and status, and know of none before the first pass', () => {
    const status = { readyReplicas: 2, routes: { attached: 4, refused: 1 } };

    expect(figuresOf(aTunnel('default/home', { spec: { replicas: 3 }, status }), [], undefined)).toEqual({
      tunnel: 'default/home',
      routes: { attached: 4, refused: 1 },
      records: { live: 0, refused: 0, pending: 0 },
      connectors: { expected: 3, ready: 2, foreign: 0 },
    });
    const { routes, records, connectors } = figuresOf(aTunnel('default/new'), ROUTES, undefined);
    expect({ routes, records, connectors }).toEqual({
      routes: { attached: 0, refused: 0 },
      records: { live: 0, refused: 0, pending: 3 },
      connectors: { expected: 2, ready: 0, foreign: 0 },
    });
  });
});
