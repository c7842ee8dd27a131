import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../src/api/conditions.ts';
import type { Gateway, Listener, ListenerSet } from '../../../src/api/gateway-objects.ts';
import { type GatewayFacts, gatewayStatus } from '../../../src/core/gateway/gateway-status.ts';
import { listenerSetStatus } from '../../../src/core/gateway/listener-set-status.ts';
import { admitsSet, listenersOf } from '../../../src/core/gateway/listener-sets.ts';
import { EPOCH, aTunnel } from '../../support/builders.ts';
import {
  type SetTraits,
  aGateway,
  aGatewayCluster,
  aListener,
  aListenerSet,
  aTlsListener,
} from '../../support/gateways.ts';

const LATER = '2026-02-02T00:00:00Z';

function host(name: string): Listener {
  return aListener(name, { hostname: `${name}.example.com` });
}

function edge(): Gateway {
  return aGateway('shop/edge', { listeners: [host('own')], allowedListeners: { namespaces: { from: 'All' } } });
}

function described(
  entries: readonly Listener[],
  gateway: Gateway,
  more: Partial<GatewayFacts> = {},
  traits: SetTraits = {},
) {
  const set: ListenerSet = aListenerSet('blog/set', entries, traits);
  const related = aGatewayCluster(gateway, set);
  const ready = { type: 'Ready', status: 'True', reason: 'Ready', message: 'All', lastTransitionTime: EPOCH } as const;
  const facts: GatewayFacts = {
    gateway,
    listeners: listenersOf(gateway, related),
    tunnel: aTunnel('shop/edge', { status: { target: 'id-1.cfargotunnel.com', conditions: [ready] } }),
    problem: undefined,
    certificates: new Map(),
    attachedRoutes: new Map(),
    now: EPOCH,
    ...more,
  };
  const told = gatewayStatus(facts);
  const isAdmitted = admitsSet(gateway, set, related);
  return { set, facts: { ...facts, isAdmitted }, status: listenerSetStatus(set, { ...facts, told, isAdmitted }), told };
}

/** As `type=status (reason)`. */
function brief(conditions: readonly Condition[]): readonly string[] {
  return conditions.map(({ type, status, reason }) => `${type}=${status} (${reason})`);
}

describe('the status of a ListenerSet', () => {
  it.each<{
    case: string;
    entries: readonly Listener[];
    gateway?: Gateway;
    facts?: Partial<GatewayFacts>;
    says: readonly string[];
  }>([
    {
      case: 'that is served',
      entries: [host('a')],
      says: [
        'Accepted=True (Accepted): Attached to Gateway shop/edge',
        'Programmed=True (Programmed): Tunnel shop/edge is ready',
      ],
    },
    {
      case: 'that is not admitted',
      entries: [host('a')],
      gateway: aGateway('shop/edge'),
      says: [
        'Accepted=False (NotAllowed): Gateway shop/edge does not admit it: see spec.allowedListeners there',
        'Programmed=False (NotAllowed): Gateway shop/edge does not admit it: see spec.allowedListeners there',
      ],
    },
    {
      case: 'with one listener in conflict',
      entries: [host('own'), host('a')],
      says: [
        'Accepted=True (ListenersNotValid): Not usable: own. The conditions of each say why',
        'Programmed=True (Programmed): Tunnel shop/edge is ready',
      ],
    },
    {
      case: 'with no other listener',
      entries: [host('own')],
      says: [
        'Accepted=False (ListenersNotValid): Not usable: own. The conditions of each say why',
        'Programmed=False (ListenersNotValid): Not usable: own. The conditions of each say why',
      ],
    },
    {
      case: 'without a certificate that it may use',
      entries: [aTlsListener('a')],
      facts: { certificates: new Map([['blog/set/a', { reason: 'RefNotPermitted', message: 'no' }]]) },
      says: [
        'Accepted=False (ListenersNotValid): Not usable: a. The conditions of each say why',
        'Programmed=False (ListenersNotValid): Not usable: a. The conditions of each say why',
      ],
    },
    {
      case: 'whose Gateway is not accepted',
      entries: [host('a')],
      facts: { problem: 'no Tunnel' },
      says: [
        'Accepted=False (ParentNotAccepted): Gateway shop/edge is not accepted: no Tunnel',
        'Programmed=False (ParentNotProgrammed): Gateway shop/edge is not accepted: no Tunnel',
      ],
    },
    {
      case: 'whose Gateway is not programmed',
      entries: [host('a')],
      facts: { tunnel: undefined },
      says: [
        'Accepted=True (Accepted): Attached to Gateway shop/edge',
        'Programmed=False (ParentNotProgrammed): Its Tunnel is being created',
      ],
    },
  ])('$case', ({ entries, gateway = edge(), facts, says }) => {
    const { status } = described(entries, gateway, facts);

    expect(status.conditions.map((one) => `${brief([one])[0]}: ${one.message}`)).toEqual(says);
  });

  it('tells of each listener what becomes of it, and how many routes it has', () => {
    const { status } = described([host('own'), host('a')], edge(), { attachedRoutes: new Map([['blog/set/a', 2]]) });

    expect(status.listeners.map(({ name, attachedRoutes }) => [name, attachedRoutes])).toEqual([
      ['own', 0],
      ['a', 2],
    ]);
    expect(status.listeners.map(({ conditions }) => brief(conditions))).toEqual([
      [
        'Accepted=False (HostnameConflict)',
        'Conflicted=True (HostnameConflict)',
        'ResolvedRefs=True (ResolvedRefs)',
        'Programmed=False (HostnameConflict)',
      ],
      [
        'Accepted=True (Accepted)',
        'Conflicted=False (NoConflicts)',
        'ResolvedRefs=True (ResolvedRefs)',
        'Programmed=True (Programmed)',
      ],
    ]);
  });

  it('keeps the times of its conditions, tells the generation, and has its listeners wait for the Gateway', () => {
    const { status: before } = described([host('a')], edge());
    const { status } = described(
      [host('a')],
      edge(),
      { tunnel: undefined, now: LATER },
      { generation: 7, status: before },
    );
    const conditions = [...status.conditions, ...status.listeners.flatMap((one) => one.conditions.slice(-1))];

    expect(conditions.map(({ lastTransitionTime, message }) => [lastTransitionTime, message])).toEqual([
      [EPOCH, 'Attached to Gateway shop/edge'],
      [LATER, 'Its Tunnel is being created'],
      [LATER, 'Its Tunnel is being created'],
    ]);
    expect(new Set(conditions.map((one) => one.observedGeneration))).toEqual(new Set([7]));
  });

  it.each([
    { told: [] },
    { told: [{ type: 'Other', status: 'True', reason: 'x', message: 'x', lastTransitionTime: EPOCH }] },
  ])('without a word about its Gateway is not accepted: $told', ({ told }) => {
    const { set, facts } = described([host('a')], edge());
    const { conditions } = listenerSetStatus(set, { ...facts, told: { conditions: told as readonly Condition[] } });

    expect(conditions.map((one) => `${brief([one])[0]}: ${one.message}`)).toEqual([
      'Accepted=False (ParentNotAccepted): Gateway shop/edge is not accepted: ',
      'Programmed=False (ParentNotProgrammed): Gateway shop/edge is not accepted: ',
    ]);
  });

  it('is not that of its Gateway, which tells only of its own listeners', () => {
    const { told } = described([host('own')], edge());

    expect(told.listeners.map(({ name }) => name)).toEqual(['own']);
    expect(told.conditions[0]?.message).toBe('Every listener is accepted');
  });

  it.each([
    { case: 'with a listener that can be used', entry: host('a'), count: 1 },
    { case: 'without one', entry: host('own'), count: 0 },
  ])('counts for its Gateway, $case: $count', ({ entry, count }) => {
    expect(described([entry], edge()).told.attachedListenerSets).toBe(count);
  });
});
