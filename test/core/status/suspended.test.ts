import { describe, expect, it } from '@jest/globals';
import type { Report } from '../../../src/core/status/conditions.ts';
import { type TunnelObservation, describeExposed } from '../../../src/core/status/exposed.ts';
import { suspendedObservation } from '../../../src/core/status/suspended.ts';
import { claimOf } from '../../../src/core/model/route.ts';
import { NOTHING_SERVED, aRouteResult } from '../../support/routes.ts';

const ROUTE_RESULT = aRouteResult('shop/web', { tunnel: 'shop/home', hostnames: ['app.example.com'] });
const LIVE = new Map(ROUTE_RESULT.routes.map((route) => [claimOf(route), route.source]));
const SERVED: TunnelObservation = { ...NOTHING_SERVED, live: LIVE, served: LIVE, isServed: true };
const EXPOSED: Report = { status: 'True', reason: 'Exposed', message: 'https://app.example.com' };
const WAITING: Report = {
  status: 'Unknown',
  reason: 'Progressing',
  message: 'Waiting until app.example.com is served',
};
const SUSPENDED: Report = {
  status: 'False',
  reason: 'TunnelNotReady',
  message:
    'Tunnel shop/home is not ready: spec.suspend is true, so published routes are kept, and none are added, changed or removed. To resume: kubectl -n shop patch tunnel home --type merge -p \'{"spec":{"suspend":false}}\'',
};

describe('a Service whose Tunnel is suspended', () => {
  it.each<{ case: string; before: TunnelObservation | undefined; current: Report | undefined; expected: Report }>([
    { case: 'is published', before: SERVED, current: EXPOSED, expected: EXPOSED },
    { case: 'was published before the operator was started', before: undefined, current: EXPOSED, expected: EXPOSED },
    { case: 'has just been annotated', before: NOTHING_SERVED, current: undefined, expected: SUSPENDED },
    { case: 'waits since before', before: NOTHING_SERVED, current: WAITING, expected: SUSPENDED },
    {
      case: 'asks for another hostname',
      before: NOTHING_SERVED,
      current: { ...EXPOSED, message: 'https://old.example.com' },
      expected: SUSPENDED,
    },
    {
      case: 'had no connectors',
      before: { ...SERVED, isServed: false, unconnected: 'spec.replicas is 0' },
      current: { status: 'False', reason: 'NoConnectors', message: 'none' },
      expected: SUSPENDED,
    },
  ])('that $case is $expected.reason', ({ before, current, expected }) => {
    const observation = suspendedObservation('shop/home', suspendedObservation('shop/home', before));

    expect(describeExposed(ROUTE_RESULT, observation, { current, unanswered: [] })).toEqual(expected);
  });
});
