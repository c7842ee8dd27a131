import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../src/api/conditions.ts';
import type { Gateway, GatewayClass } from '../../../src/api/gateway-objects.ts';
import type { ClassStatus } from '../../../src/core/gateway/class-status.ts';
import type { GatewayStatus } from '../../../src/core/gateway/gateway-status.ts';
import { isAcceptanceTold, isClassTold, isGatewayTold, isListenerSetTold } from '../../../src/core/gateway/told.ts';
import { EPOCH } from '../../support/builders.ts';
import { aGateway, aGatewayClass, aListenerSet } from '../../support/gateways.ts';

const ACCEPTED: Condition = {
  type: 'Accepted',
  status: 'True',
  reason: 'Accepted',
  message: 'yes',
  lastTransitionTime: EPOCH,
  observedGeneration: 1,
};
const FOREIGN: Condition = { ...ACCEPTED, type: 'example.com/Other' };

function listener(name: string, attachedRoutes = 0) {
  return { name, attachedRoutes, supportedKinds: [{ kind: 'HTTPRoute' }], conditions: [ACCEPTED] };
}

const WANTED: GatewayStatus = {
  addresses: [{ type: 'Hostname', value: 'id-1.cfargotunnel.com' }],
  conditions: [ACCEPTED],
  listeners: [listener('a'), listener('b', 2)],
  attachedListenerSets: 1,
};

describe('the status of a Gateway', () => {
  const isTold = (status: Gateway['status']): boolean =>
    isGatewayTold(aGateway('shop/edge', status === undefined ? {} : { status }), WANTED);
  const withListener = (more: object): Gateway['status'] => ({
    ...WANTED,
    listeners: [listener('a'), { ...listener('b', 2), ...more }],
  });

  it.each<{ case: string; status: Gateway['status'] }>([
    { case: 'the same', status: WANTED },
    { case: 'the listeners in another order', status: { ...WANTED, listeners: WANTED.listeners.toReversed() } },
    { case: 'a condition of others too', status: { ...WANTED, conditions: [FOREIGN, ACCEPTED] } },
    { case: 'one of a listener too', status: withListener({ conditions: [FOREIGN, ACCEPTED] }) },
  ])('is not written if it says $case', ({ status }) => {
    expect(isTold(status)).toBe(true);
  });

  it.each<{ case: string; status: Gateway['status'] }>([
    { case: 'nothing', status: undefined },
    { case: 'another address', status: { ...WANTED, addresses: [] } },
    { case: 'another number of ListenerSets', status: { ...WANTED, attachedListenerSets: 0 } },
    { case: 'another condition', status: { ...WANTED, conditions: [{ ...ACCEPTED, message: 'no' }] } },
    { case: 'no conditions', status: { ...WANTED, conditions: [] } },
    { case: 'a listener that is gone', status: { ...WANTED, listeners: [...WANTED.listeners, listener('c')] } },
    { case: 'nothing of a listener', status: { ...WANTED, listeners: WANTED.listeners.slice(1) } },
    { case: 'the name of another listener', status: withListener({ name: 'c' }) },
    { case: 'another number of routes', status: withListener({ attachedRoutes: 3 }) },
    { case: 'other kinds', status: withListener({ supportedKinds: [] }) },
    { case: 'nothing about kinds', status: withListener({ supportedKinds: undefined }) },
    { case: 'another condition of a listener', status: withListener({ conditions: [] }) },
  ])('is written if it says $case', ({ status }) => {
    expect(isTold(status)).toBe(false);
  });

  it('that would say nothing is told by none', () => {
    const { attachedListenerSets: _none, ...wanted } = { ...WANTED, addresses: [], listeners: [], conditions: [] };

    expect(isGatewayTold(aGateway('shop/edge'), wanted)).toBe(true);
    expect(isListenerSetTold(aListenerSet('shop/set', []), wanted)).toBe(true);
  });

  it('may leave out the kinds of a listener that supports none', () => {
    const { supportedKinds: _none, ...bare } = listener('a');
    const wanted = { conditions: [], listeners: [{ ...bare, supportedKinds: [] }] };
    const status = { listeners: [bare] } as unknown as NonNullable<Gateway['status']>;

    expect(isListenerSetTold(aListenerSet('shop/set', [], { status }), wanted)).toBe(true);
  });
});

function toldIn(status: GatewayClass['status']): GatewayClass {
  return status === undefined ? aGatewayClass() : { ...aGatewayClass(), status };
}

describe('the status of a GatewayClass', () => {
  const wanted: ClassStatus = {
    conditions: [ACCEPTED, { ...ACCEPTED, type: 'SupportedVersion' }],
    supportedFeatures: [{ name: 'HTTPRoute' }],
  };
  const withAccepted = (more: Partial<Condition>) => ({ conditions: [FOREIGN, { ...ACCEPTED, ...more }] });

  it.each<{ case: string; status: GatewayClass['status']; whole: boolean; accepted: boolean }>([
    { case: 'everything', status: wanted, whole: true, accepted: true },
    { case: 'nothing', status: undefined, whole: false, accepted: false },
    { case: 'no condition', status: { supportedFeatures: wanted.supportedFeatures }, whole: false, accepted: false },
    {
      case: 'the features of another release',
      status: { ...wanted, supportedFeatures: [] },
      whole: false,
      accepted: true,
    },
    { case: 'no features', status: { conditions: wanted.conditions }, whole: false, accepted: true },
    { case: 'the acceptance in other words', status: withAccepted({ message: 'x' }), whole: false, accepted: true },
    { case: 'another status', status: withAccepted({ status: 'False' }), whole: false, accepted: false },
    { case: 'another reason', status: withAccepted({ reason: 'Pending' }), whole: false, accepted: false },
    { case: 'another generation', status: withAccepted({ observedGeneration: 2 }), whole: false, accepted: false },
    { case: 'another condition', status: { conditions: [FOREIGN] }, whole: false, accepted: false },
  ])('that says $case is told as a whole: $whole, and about acceptance: $accepted', ({ status, whole, accepted }) => {
    expect([isClassTold(toldIn(status), wanted), isAcceptanceTold(toldIn(status), wanted)]).toEqual([whole, accepted]);
  });

  it('that would say nothing is told by none', () => {
    const nothing = { conditions: [], supportedFeatures: [] };

    expect([isClassTold(toldIn(undefined), nothing), isAcceptanceTold(toldIn(undefined), nothing)]).toEqual([
      true,
      true,
    ]);
  });
});
