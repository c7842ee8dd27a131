import { beforeEach, describe, expect, it } from '@jest/globals';
import { ServeTimes } from '../../../src/controllers/source/serve-times.ts';
import type { Problem, Route } from '../../../src/core/model/route.ts';
import type { TunnelObservation } from '../../../src/core/status/exposed.ts';
import { NOTHING_SERVED, aHostname, aRoute } from '../../support/routes.ts';

const HOME = 'shop/home';
const WEB = 'shop/web';
const [a, b] = [aHostname('a.example.com'), aHostname('b.example.com')] as const;
const taken: Problem = { reason: 'HostnameConflict', message: 'taken' };

let now: number;
let served: number[];
let observation: TunnelObservation | undefined;
let times: ServeTimes;

beforeEach(() => {
  now = 0;
  served = [];
  observation = undefined;
  times = new ServeTimes({
    clock: { now: () => now },
    observationOf: () => observation,
    served: (seconds) => served.push(seconds),
  });
  route();
});

/** Builds a table in which the source asks for these hostnames. */
function route(hostnames: readonly string[] = [], problems: readonly Problem[] = []): void {
  const routes: readonly Route[] = hostnames.map((hostname) => aRoute(hostname, WEB));
  const result = { source: WEB, tunnel: HOME, routes, problems, warnings: [] };
  times.routed({ results: new Map(hostnames.length === 0 ? [] : [[WEB, result]]) });
}

/** Ends a pass after which every connector serves these hostnames. */
function serve(hostnames: readonly string[], tunnel = HOME): void {
  observation = { ...NOTHING_SERVED, isServed: true, live: new Map(hostnames.map((hostname) => [hostname, WEB])) };
  times.observed(tunnel);
}

describe('the time to serve', () => {
  it('is from the first event of a request to the pass that serves the last of its hostnames', () => {
    now = 1_000;
    times.requested(WEB);
    now = 1_300;
    times.requested(WEB);
    route([a, b]);
    now = 4_000;
    serve([a]);
    now = 6_000;
    serve([a, b]);
    serve([a, b]);

    expect(served).toEqual([5]);
  });

  it('of a hostname that is added later begins with its own request', () => {
    times.requested(WEB);
    route([a]);
    serve([a]);
    now = 10_000;
    times.requested(WEB);
    route([a, b]);
    now = 12_000;
    serve([a, b]);

    expect(served).toEqual([0, 2]);
  });

  it('does not end with a pass that began before the table had the request', () => {
    route([a]);
    serve([a]);
    times.requested(WEB);
    serve([a]);
    now = 3_000;
    route([a, b]);
    serve([a, b]);

    expect(served).toEqual([3]);
  });

  it('does not end with a pass over another Tunnel', () => {
    times.requested(WEB);
    route([a]);
    serve([a], 'shop/other');

    expect(served).toEqual([]);
  });

  it.each<{ what: string; events: () => void }>([
    {
      what: 'a change that adds no hostname',
      events: () => {
        serve([a]);
        times.requested(WEB);
        route([a]);
        serve([a]);
      },
    },
    {
      what: 'a request that is refused, even if it is accepted later',
      events: () => {
        times.requested(WEB);
        route([a], [taken]);
        route([a]);
        serve([a]);
      },
    },
    {
      what: 'a request whose record is refused',
      events: () => {
        times.requested(WEB);
        route([a]);
        observation = { ...NOTHING_SERVED, refused: new Map([[a, taken]]) };
        times.observed(HOME);
        serve([a]);
      },
    },
    {
      what: 'a request that is withdrawn',
      events: () => {
        times.requested(WEB);
        route([a]);
        times.withdrawn(WEB);
        serve([a]);
      },
    },
    {
      what: 'a source that is gone from the table',
      events: () => {
        times.requested(WEB);
        route();
        route([a]);
        serve([a]);
      },
    },
  ])('is not measured for $what', ({ events }) => {
    events();

    expect(served).toEqual([]);
  });

  it('is not measured for requests from before this process led', () => {
    times = new ServeTimes({
      clock: { now: () => now },
      observationOf: () => observation,
      served: (seconds) => served.push(seconds),
    });

    times.requested(WEB);
    route([a]);
    serve([a]);

    expect(served).toEqual([]);
  });
});
