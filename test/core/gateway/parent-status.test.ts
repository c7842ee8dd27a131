import { describe, expect, it } from '@jest/globals';
import { type Condition, EXPOSED } from '../../../src/api/conditions.ts';
import type { RelatedObjects } from '../../../src/core/sources/related.ts';
import type { RouteParentStatus } from '../../../src/api/gateway-objects.ts';
import type { Route } from '../../../src/core/model/route.ts';
import type { RouteParents } from '../../../src/core/model/route-parent.ts';
import type { Exposure } from '../../../src/core/sources/source.ts';
import { HTTP_ROUTES } from '../../../src/core/sources/http-route/http-route-source.ts';
import { EPOCH } from '../../support/builders.ts';
import { aGatewayCluster, aGrant, anHttpRoute } from '../../support/gateways.ts';
import { aRoute } from '../../support/routes.ts';

const LATER = '2026-02-02T00:00:00Z';
const REFERENCE = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' };

const PARENTS: RouteParents = {
  generation: 3,
  parents: [
    {
      reference: REFERENCE,
      gateway: 'shop/edge',
      listeners: ['http'],
      conditions: [
        { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'yes' },
        { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', message: 'all' },
      ],
    },
  ],
};

const exposed: Condition = {
  type: EXPOSED,
  status: 'True',
  reason: 'Exposed',
  message: 'url',
  lastTransitionTime: EPOCH,
};
const lost: Condition = { ...exposed, status: 'False', reason: 'HostnameConflict', message: 'taken' };
const EXPOSURE: Exposure = { condition: exposed, parents: PARENTS, now: LATER };

const OTHERS: RouteParentStatus = {
  parentRef: { name: 'other' },
  controllerName: 'example.com/other',
  conditions: [{ ...exposed, type: 'Accepted' }],
};

function statusOf(exposure: Exposure, parents?: readonly RouteParentStatus[]): readonly RouteParentStatus[] {
  const route = anHttpRoute('shop/site', parents === undefined ? {} : { parents });
  return (HTTP_ROUTES.statusWith(route, exposure) as { readonly parents: readonly RouteParentStatus[] }).parents;
}

function brief(parents: readonly RouteParentStatus[]): readonly string[] {
  return parents.flatMap(({ conditions = [] }) =>
    conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`),
  );
}

// Invariant 51.
describe('the status of a route', () => {
  it('says at each Gateway whether it is accepted, resolved and exposed, for the generation that was looked at', () => {
    const parents = statusOf(EXPOSURE);

    expect(parents).toMatchObject([{ parentRef: REFERENCE, controllerName: 'cftunnel.io/gateway' }]);
    expect(brief(parents)).toEqual([
      'Accepted=True Accepted',
      'ResolvedRefs=True ResolvedRefs',
      `${EXPOSED}=True Exposed`,
    ]);
    expect(new Set(parents[0]?.conditions?.map(({ observedGeneration }) => observedGeneration))).toEqual(new Set([3]));
  });

  it('keeps entries of others as they are, and conditions of others in ours', () => {
    const foreign = { ...exposed, type: 'example.com/Seen' };
    const [ours] = statusOf(EXPOSURE);
    const extended = { ...ours, conditions: [...(ours?.conditions ?? []), foreign] } as RouteParentStatus;
    const parents = statusOf(EXPOSURE, [OTHERS, extended]);

    expect(parents[0]).toEqual(OTHERS);
    expect(parents[1]?.conditions).toContainEqual(foreign);
    expect(statusOf({}, [OTHERS, extended])).toEqual([OTHERS]);
  });

  it('keeps the time of a condition until its status changes', () => {
    const before = statusOf({ ...EXPOSURE, now: EPOCH });
    const [accepted] = PARENTS.parents[0]?.conditions ?? [];
    const refused = [{ ...accepted, status: 'False', reason: 'NotAllowedByListeners' }] as never;
    const changed = { ...PARENTS, parents: PARENTS.parents.map((parent) => ({ ...parent, conditions: refused })) };

    expect(statusOf(EXPOSURE, before)[0]?.conditions?.[0]?.lastTransitionTime).toBe(EPOCH);
    expect(statusOf({ ...EXPOSURE, parents: changed }, before)[0]?.conditions?.[0]?.lastTransitionTime).toBe(LATER);
  });

  it.each([
    {
      case: 'of which an older route holds everything',
      exposure: { ...EXPOSURE, condition: lost, isRefused: true },
      accepted: 'Accepted=False HostnameConflict',
    },
    {
      case: 'of which an older route holds a part',
      exposure: { ...EXPOSURE, condition: lost },
      accepted: 'Accepted=True Accepted',
    },
    {
      case: 'whose Tunnel is not there yet',
      exposure: { ...EXPOSURE, condition: { ...lost, reason: 'TunnelNotFound' }, isRefused: true },
      accepted: 'Accepted=True Accepted',
    },
  ] as const)('of a route $case says $accepted', ({ exposure, accepted }) => {
    expect(brief(statusOf(exposure))[0]).toBe(accepted);
  });

  it('is written only when it says something else', () => {
    const told = anHttpRoute('shop/site', { parents: statusOf(EXPOSURE, [OTHERS]) });

    expect(HTTP_ROUTES.isReported(told, EXPOSURE)).toBe(true);
    expect(HTTP_ROUTES.isReported(told, { ...EXPOSURE, parents: { ...PARENTS, generation: 4 } })).toBe(false);
    expect(HTTP_ROUTES.isReported(told, {})).toBe(false);
    expect(HTTP_ROUTES.isReported(anHttpRoute('shop/new'), {})).toBe(true);
  });

  it('shows the condition of the first Gateway', () => {
    const parents = statusOf(EXPOSURE, [OTHERS]);

    expect(HTTP_ROUTES.conditionOf?.(anHttpRoute('shop/site', { parents }))).toMatchObject({
      type: EXPOSED,
      status: 'True',
    });
    expect(HTTP_ROUTES.conditionOf?.(anHttpRoute('shop/site', { parents: [OTHERS] }))).toBeUndefined();
  });
});

// Invariant 16.
describe('a route that is about to be published', () => {
  const base: Route = { ...aRoute('a.example.com', 'HTTPRoute/shop/site'), origin: 'http://web.shop.svc:80' };
  const abroad = { service: 'blog/web', port: 80, protocol: 'http' } as const;

  it.each([
    { case: 'its own namespace', route: base, isOwn: true },
    { case: 'another namespace', route: { ...base, origin: 'http://web.blog.svc:80' }, isOwn: false },
    { case: 'an address', route: { ...base, origin: 'http://192.0.2.1:80' }, isOwn: false },
    { case: 'nothing', route: { ...base, origin: 'http_status:500', proxy: { backends: [] } }, isOwn: true },
    {
      case: 'another namespace by weight',
      route: { ...base, proxy: { backends: [{ weight: 1, backend: abroad }] } },
      isOwn: false,
    },
    {
      case: 'another namespace by a copy',
      route: { ...base, proxy: { backends: [], filters: [{ type: 'Mirror', backend: abroad }] } },
      isOwn: false,
    },
    {
      case: 'another namespace by a copy for one backend',
      route: { ...base, proxy: { backends: [{ weight: 1, filters: [{ type: 'Mirror', backend: abroad }] }] } },
      isOwn: false,
    },
  ] as const)('may lead to $case: $isOwn', ({ route, isOwn }) => {
    const mayLead = (related: RelatedObjects): boolean =>
      HTTP_ROUTES.isOwnOrigin(route, { object: undefined, tunnel: undefined, related });

    expect(mayLead(aGatewayCluster())).toBe(isOwn);
    expect(mayLead(aGatewayCluster(aGrant('blog/a', 'shop')))).toBe(!route.origin.includes('192'));
  });
});
