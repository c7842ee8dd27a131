import { describe, expect, it } from '@jest/globals';
import { type Condition, EXPOSED } from '../../../src/api/conditions.ts';
import type { RouteParentStatus } from '../../../src/api/gateway-objects.ts';
import type { ParentCondition, RouteParents } from '../../../src/core/model/route-parent.ts';
import { HTTP_ROUTES } from '../../../src/core/sources/http-route/http-route-source.ts';
import type { Exposure } from '../../../src/core/sources/source.ts';
import { EPOCH } from '../../support/builders.ts';
import { anHttpRoute } from '../../support/gateways.ts';

const LATER = '2026-02-02T00:00:00Z';
const REFERENCE = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' };

const ACCEPTED: ParentCondition = { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'yes' };
const RESOLVED: ParentCondition = { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', message: 'all' };
const CLOSED: ParentCondition = { ...ACCEPTED, status: 'False', reason: 'NotAllowedByListeners', message: 'no' };
const PARTIAL: ParentCondition = { type: 'PartiallyInvalid', status: 'True', reason: 'UnsupportedValue', message: 'x' };

function parentsWith(...conditions: readonly ParentCondition[]): RouteParents {
  return { generation: 3, parents: [{ reference: REFERENCE, gateway: 'shop/edge', listeners: ['http'], conditions }] };
}

const exposed: Condition = {
  type: EXPOSED,
  status: 'True',
  reason: 'Exposed',
  message: 'url',
  lastTransitionTime: EPOCH,
};
const lost: Condition = { ...exposed, status: 'False', reason: 'HostnameConflict', message: 'taken' };
const EXPOSURE: Exposure = { condition: exposed, parents: parentsWith(ACCEPTED, RESOLVED), now: LATER };

const OTHERS: RouteParentStatus = {
  parentRef: { name: 'other' },
  controllerName: 'example.com/other',
  conditions: [{ ...exposed, type: 'Accepted' }],
};

function statusOf(exposure: Exposure, parents?: readonly RouteParentStatus[]): readonly RouteParentStatus[] {
  const route = anHttpRoute('shop/site', parents === undefined ? {} : { parents });
  return (HTTP_ROUTES.statusWith(route, exposure) as { readonly parents: readonly RouteParentStatus[] }).parents;
}

/** A condition of ours, as it is told. */
function toldOf(condition: ParentCondition | Condition, lastTransitionTime = LATER) {
  return { ...condition, lastTransitionTime, observedGeneration: 3 };
}

// Invariant 51.
describe('the status of a route', () => {
  it('says at each Gateway whether it is accepted, resolved and exposed, for the generation that was looked at', () => {
    expect(statusOf(EXPOSURE)).toStrictEqual([
      {
        parentRef: REFERENCE,
        controllerName: 'cftunnel.io/gateway',
        conditions: [toldOf(ACCEPTED), toldOf(RESOLVED), toldOf(exposed, EPOCH)],
      },
    ]);
  });

  it('says nothing of exposure before that is known', () => {
    const { condition: _none, ...unknown } = EXPOSURE;

    expect(statusOf(unknown)[0]?.conditions).toStrictEqual([toldOf(ACCEPTED), toldOf(RESOLVED)]);
  });

  it.each([{ name: 'edge' }, { ...REFERENCE, namespace: 'shop' }, { name: 'edge', sectionName: 'http', port: 80 }])(
    'names its Gateway as the route does: %j',
    (reference) => {
      const parents = { generation: 3, parents: EXPOSURE.parents?.parents.map((one) => ({ ...one, reference })) ?? [] };

      expect(statusOf({ ...EXPOSURE, parents })[0]?.parentRef).toStrictEqual(reference);
    },
  );

  it('keeps entries of others as they are, and conditions of others in ours', () => {
    const foreign = { ...exposed, type: 'example.com/Seen' };
    const [ours] = statusOf({ ...EXPOSURE, parents: parentsWith(ACCEPTED, PARTIAL) });
    const extended = { ...ours, conditions: [foreign, ...(ours?.conditions ?? [])] } as RouteParentStatus;

    expect(statusOf(EXPOSURE, [OTHERS, extended])).toStrictEqual([
      OTHERS,
      { ...ours, conditions: [toldOf(ACCEPTED), toldOf(RESOLVED), toldOf(exposed, EPOCH), foreign] },
    ]);
    expect(statusOf({}, [OTHERS, extended])).toEqual([OTHERS]);
  });

  it('keeps the time of each condition until its status changes', () => {
    const before = statusOf({ ...EXPOSURE, parents: parentsWith(RESOLVED, CLOSED), now: EPOCH });

    expect(statusOf(EXPOSURE, before)[0]?.conditions?.slice(0, 2)).toStrictEqual([
      toldOf(ACCEPTED, LATER),
      toldOf(RESOLVED, EPOCH),
    ]);
  });

  it.each<{ case: string; own?: ParentCondition; exposure: Partial<Exposure>; accepted: ParentCondition }>([
    {
      case: 'of which an older route holds everything',
      exposure: { condition: lost, isRefused: true },
      accepted: { ...ACCEPTED, status: 'False', reason: 'HostnameConflict', message: 'taken' },
    },
    {
      case: 'that its Tunnel does not admit',
      exposure: { condition: { ...lost, reason: 'NotAllowed' }, isRefused: true },
      accepted: { ...ACCEPTED, status: 'False', reason: 'NotAllowed', message: 'taken' },
    },
    { case: 'of which an older route holds a part', exposure: { condition: lost }, accepted: ACCEPTED },
    {
      case: 'whose Tunnel is not there yet',
      exposure: { condition: { ...lost, reason: 'TunnelNotFound' }, isRefused: true },
      accepted: ACCEPTED,
    },
    {
      case: 'that no listener takes anyway',
      own: CLOSED,
      exposure: { condition: lost, isRefused: true },
      accepted: CLOSED,
    },
  ])('of a route $case says $accepted.reason', ({ own = ACCEPTED, exposure, accepted }) => {
    const [told] = statusOf({ ...EXPOSURE, parents: parentsWith(own, RESOLVED), ...exposure });

    expect(told?.conditions?.slice(0, 2)).toStrictEqual([toldOf(accepted), toldOf(RESOLVED)]);
  });

  it('is written only when it says something else', () => {
    const told = anHttpRoute('shop/site', { parents: statusOf(EXPOSURE, [OTHERS]) });
    const { parents } = EXPOSURE;

    expect(HTTP_ROUTES.isReported(told, EXPOSURE)).toBe(true);
    expect(parents && HTTP_ROUTES.isReported(told, { ...EXPOSURE, parents: { ...parents, generation: 4 } })).toBe(
      false,
    );
    expect(HTTP_ROUTES.isReported(told, {})).toBe(false);
    expect(HTTP_ROUTES.isReported(anHttpRoute('shop/new'), {})).toBe(true);
  });

  it.each([
    { case: 'of the first Gateway', parents: statusOf(EXPOSURE, [OTHERS]), condition: toldOf(exposed, EPOCH) },
    { case: 'of no other controller', parents: [{ ...OTHERS, conditions: [exposed] }], condition: undefined },
    {
      case: 'that is not there yet',
      parents: [{ parentRef: REFERENCE, controllerName: 'cftunnel.io/gateway' }],
      condition: undefined,
    },
  ])('shows the condition $case', ({ parents, condition }) => {
    expect(HTTP_ROUTES.conditionOf?.(anHttpRoute('shop/site', { parents }))).toStrictEqual(condition);
  });
});
