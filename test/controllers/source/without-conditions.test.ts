/** Sources whose status has no conditions: they are told in events, and by the name of the tunnel in their status. */
import { describe, expect, it } from '@jest/globals';
import type { Warning } from '../../../src/core/model/route.ts';
import type { TunnelObservation } from '../../../src/core/status/exposed.ts';
import { anIngress } from '../../support/ingresses.ts';
import { NOTHING_SERVED, aRouteResult } from '../../support/routes.ts';
import { type Situation, aWorld } from './a-pass.ts';

const KEY = 'Ingress/shop/web';
const TARGET = 'id-1.cfargotunnel.com';
const LIVE = new Map([['a.example.com', KEY]]);
const SERVED: TunnelObservation = { ...NOTHING_SERVED, live: LIVE, served: LIVE, isServed: true, isConnected: true };
const WARNING: Warning = { reason: 'CertificateMissing', message: 'no certificate covers it' };
const NAMED = { loadBalancer: { ingress: [{ hostname: TARGET }] } };

// Invariant 50.
describe('the name of the tunnel in the status', () => {
  it('is written once a route is live', async () => {
    const waiting = await after(situation({ observation: NOTHING_SERVED, addresses: [] }));
    const live = await after(situation({ addresses: [] }));

    expect([waiting.statuses, live.statuses]).toEqual([[], [NAMED]]);
  });

  it.each([
    { case: 'before the Tunnel is observed', observation: undefined },
    { case: 'while nothing of it is live', observation: NOTHING_SERVED },
  ])('stays $case', async ({ observation }) => {
    expect((await after(situation({ observation, addresses: [TARGET] }))).statuses).toEqual([]);
  });

  it('is removed when no route is left', async () => {
    const { statuses } = await after({
      ...situation({ addresses: [TARGET] }),
      result: aRouteResult(KEY, { tunnel: 'shop/home' }),
    });

    expect(statuses).toEqual([{}]);
  });
});

// Invariant 16.
describe('the status of an Ingress of another controller', () => {
  const OTHER = { className: 'nginx', annotations: { 'cftunnel.io/tunnel': 'home' }, finalized: true };

  it.each([
    { case: 'while it is served', addresses: ['lb.example.net'], written: [] },
    { case: 'while its controller names no address', addresses: [], written: [] },
    { case: 'once it was ours: then our name is removed', addresses: [TARGET], written: [{}] },
  ])('is left alone, $case', async ({ addresses, written }) => {
    const ingresses = [anIngress('shop/web', { ...OTHER, addresses })];

    expect((await after({ ...situation({ addresses: [] }), ingresses })).statuses).toEqual(written);
  });
});

describe('a warning', () => {
  it('is told when the Ingress is published first, and not again after a restart', async () => {
    const first = await after(situation({ addresses: [], warnings: [WARNING] }));
    const restarted = await after(situation({ addresses: [TARGET], warnings: [WARNING] }));

    expect(first.notes).toEqual([{ type: 'Warning', ...WARNING }]);
    expect(restarted.notes).toEqual([]);
  });
});

describe('a problem', () => {
  it('is told once, however many passes follow', async () => {
    const problems = [{ reason: 'BackendNotFound', message: 'Service shop/gone does not exist' }] as const;
    const world = aWorld(situation({ addresses: [], problems }));
    await world.pass(KEY);
    await world.pass(KEY);

    expect(world.notes).toMatchObject([{ type: 'Warning', reason: 'BackendNotFound' }]);
  });
});

interface Traits {
  readonly addresses: readonly string[];
  readonly observation?: TunnelObservation | undefined;
  readonly warnings?: readonly Warning[];
  readonly problems?: readonly { readonly reason: 'BackendNotFound'; readonly message: string }[];
}

function situation({ addresses, warnings = [], problems = [], ...given }: Traits): Situation {
  return {
    ingresses: [anIngress('shop/web', { addresses, finalized: true })],
    result: aRouteResult(KEY, { tunnel: 'shop/home', hostnames: ['a.example.com'], warnings, problems }),
    observation: 'observation' in given ? given.observation : SERVED,
    target: TARGET,
  };
}

async function after(given: Situation) {
  const world = aWorld(given);
  await world.pass(KEY);
  return world;
}
