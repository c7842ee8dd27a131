import { describe, expect, it } from '@jest/globals';
import type { TunnelObservation } from '../../../src/core/status/exposed.ts';
import { type ServeState, serveStateOf } from '../../../src/core/status/serve-state.ts';
import { NOTHING_SERVED, aHostname, aRoute } from '../../support/routes.ts';

const [a, b] = [aHostname('a.example.com'), aHostname('b.example.com')] as const;
const ROUTES = [a, b].map((hostname) => aRoute(hostname, 'shop/web'));
const BOTH = new Map([a, b].map((hostname) => [hostname, 'shop/web']));
const taken = { reason: 'RecordConflict', message: 'taken' } as const;
const waits = { reason: 'Progressing', message: 'certificates' } as const;

describe('a request', () => {
  it.each<{
    what: string;
    request: Partial<Parameters<typeof serveStateOf>[0]>;
    observation: Partial<TunnelObservation> | undefined;
    state: ServeState;
  }>([
    {
      what: 'all of whose routes every connector serves',
      request: {},
      observation: { live: BOTH, isServed: true },
      state: 'served',
    },
    {
      what: 'whose rules are still on their way',
      request: {},
      observation: { live: BOTH, isServed: false },
      state: 'waiting',
    },
    {
      what: 'of which one hostname is missing',
      request: {},
      observation: { live: new Map([[a, 'shop/web']]), isServed: true },
      state: 'waiting',
    },
    {
      what: 'whose hostname another source still serves',
      request: {},
      observation: { live: new Map([...BOTH, [b, 'shop/other']]), isServed: true },
      state: 'waiting',
    },
    {
      what: 'one of whose rules waits for something that is being made',
      request: {},
      observation: { refusedRules: new Map([[b, waits]]) },
      state: 'waiting',
    },
    { what: 'that no pass has seen', request: {}, observation: undefined, state: 'waiting' },
    {
      what: 'whose Tunnel a person has to correct',
      request: {},
      observation: { live: BOTH, isServed: true, blocked: 'spec.suspend is true' },
      state: 'refused',
    },
    {
      what: 'whose connectors have not started yet',
      request: {},
      observation: { blocked: 'image is being pulled', unconnected: 'image is being pulled' },
      state: 'waiting',
    },
    { what: 'without routes', request: { routes: [] }, observation: { isServed: true }, state: 'waiting' },
    {
      what: 'with a problem',
      request: { problems: [taken] },
      observation: { live: BOTH, isServed: true },
      state: 'refused',
    },
    {
      what: 'that waits for certificates',
      request: { problems: [waits] },
      observation: { live: new Map() },
      state: 'waiting',
    },
    { what: 'whose record is refused', request: {}, observation: { refused: new Map([[b, taken]]) }, state: 'refused' },
    {
      what: 'whose rule is refused',
      request: {},
      observation: { refusedRules: new Map([[a, taken]]) },
      state: 'refused',
    },
  ])('$what is $state', ({ request, observation, state }) => {
    const known = observation && { ...NOTHING_SERVED, ...observation };

    expect(serveStateOf({ routes: ROUTES, problems: [], ...request }, known)).toBe(state);
  });
});
