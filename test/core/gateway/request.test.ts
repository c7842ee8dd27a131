import { describe, expect, it } from '@jest/globals';
import type { ParentReference } from '../../../src/api/gateway-objects.ts';
import type { KubeObject } from '../../../src/api/objects.ts';
import type { RouteParts } from '../../../src/core/gateway/parts.ts';
import { hasParent, requestOf } from '../../../src/core/gateway/request.ts';
import { aNamespace, EPOCH } from '../../support/builders.ts';
import {
  type RouteTraits,
  aGateway,
  aGatewayCluster,
  aListener,
  aTlsListener,
  anHttpRoute,
} from '../../support/gateways.ts';
import { ORIGIN, aPart } from './rule-parts.ts';

const HOST = 'a.example.com';
const [EDGE, FAR]: [ParentReference, ParentReference] = [{ name: 'edge' }, { name: 'far' }];

function requested(
  traits: RouteTraits<never> = {},
  parts: RouteParts = [aPart()],
  objects: readonly KubeObject[] = [],
) {
  const route = anHttpRoute('shop/site', { hostnames: [HOST], generation: 7, ...traits });
  return requestOf('HTTPRoute', route, { parts, related: aGatewayCluster(aGateway('shop/far'), ...objects) });
}

const ROUTE = { hostnames: [HOST], target: { origin: ORIGIN }, problems: [], warnings: [] };
const RESOLVED = {
  type: 'ResolvedRefs',
  status: 'True',
  reason: 'ResolvedRefs',
  message: 'Every reference leads to an object',
};

function parent(reference: ParentReference, gateway = `shop/${reference.name}`) {
  const accepted = { type: 'Accepted', status: 'True', reason: 'Accepted', message: `Attached to Gateway ${gateway}` };
  return { reference, gateway, listeners: ['http'], conditions: [accepted, RESOLVED] };
}

const REQUEST = {
  source: 'HTTPRoute/shop/site',
  kind: 'HTTPRoute',
  namespace: 'shop',
  name: 'site',
  createdAt: EPOCH,
  hasFinalizer: false,
  problems: [],
  warnings: [],
  fields: { tunnel: 'spec.parentRefs', hostname: 'spec.hostnames', routes: 'spec.rules', reason: 'InvalidSpec' },
  tunnel: 'shop/edge',
  routes: [ROUTE],
  forbidden: undefined,
  admittedIn: 'shop',
  parents: { generation: 7, parents: [parent(EDGE)] },
};

describe('the request of a route', () => {
  it('is of the Tunnel of its Gateway', () => {
    expect(requested()).toStrictEqual(REQUEST);
  });

  it('has a part for each Tunnel, and its names of the local network only once', () => {
    const annotations = { 'cftunnel.io/lan-hostname': 'a.lan', 'cftunnel.io/lan-address': '10.0.0.7' };
    const parents = { generation: 7, parents: [parent(EDGE), parent(FAR)] };
    const local = { hostnames: ['a.lan'], warnings: [], target: { origin: '', addresses: ['10.0.0.7'] }, problems: [] };
    const far = { ...REQUEST, source: 'HTTPRoute/shop/site@shop/far', tunnel: 'shop/far', parents };

    expect(requested({ parentRefs: [EDGE, FAR], annotations })).toStrictEqual({
      ...REQUEST,
      parents,
      routes: [ROUTE, local],
      others: [far],
    });
  });

  it('names the policies of its backends, each once', () => {
    const parts = [aPart({ policies: ['shop/b', 'shop/a'] }), aPart({ policies: ['shop/b'] })];

    expect(requested({}, parts).parents?.policies).toEqual(['shop/b', 'shop/a']);
  });

  it('of hostnames that cannot be one is without these', () => {
    const { routes, warnings } = requested({ hostnames: ['localhost', HOST] });

    expect(routes).toStrictEqual([ROUTE]);
    expect(warnings).toStrictEqual([
      {
        reason: 'SettingIgnored',
        message:
          'spec.hostnames: "localhost" must have at least two labels, such as app.example.com, so it is left out',
      },
    ]);
  });

  it('shares the hostname that a listener names', () => {
    const edge = aGateway('blog/edge', { listeners: [aListener('http', { hostname: HOST })] });
    const { routes } = requested({ parentRefs: [{ ...EDGE, namespace: 'blog' }] }, [aPart()], [edge]);

    expect(routes).toStrictEqual([{ ...ROUTE, target: { origin: ORIGIN, hostnameOwner: 'blog' } }]);
  });

  it.each([
    { case: 'one listener brings with TLS', sections: ['http', 'https'], match: undefined },
    {
      case: 'none brings with TLS',
      sections: ['http'],
      match: { headers: [{ name: 'x-forwarded-proto', value: 'http' }] },
    },
  ])('is for requests of a hostname that $case', ({ sections, match }) => {
    const edge = aGateway('shop/edge', { listeners: [aListener('http'), aTlsListener('https')] });
    const parentRefs = sections.map((sectionName) => ({ ...EDGE, sectionName }));
    const { routes } = requested({ parentRefs }, [aPart()], [edge]);

    expect(routes.map(({ target }) => target?.proxy?.match)).toEqual([match]);
  });
});

describe('a route that no Gateway takes', () => {
  const none = (name: string) => ({ ...EDGE, sectionName: name });
  const refused = {
    ...parent(EDGE),
    listeners: [],
    conditions: [
      {
        type: 'Accepted',
        status: 'False',
        reason: 'NoMatchingParent',
        message: 'Gateway shop/edge has no such listener',
      },
      RESOLVED,
    ],
  };

  it('may not stay published', () => {
    const parentRefs = [none('a'), none('b'), { ...FAR, port: 1 }];
    const far = [{ ...refused.conditions[0], message: 'Gateway shop/far has no such listener' }, RESOLVED];

    expect(requested({ parentRefs })).toStrictEqual({
      ...REQUEST,
      routes: [],
      forbidden: {
        reason: 'NotAllowed',
        message: 'Gateway shop/edge has no such listener; Gateway shop/far has no such listener',
      },
      parents: {
        generation: 7,
        parents: [
          { ...refused, reference: none('a') },
          { ...refused, reference: none('b') },
          { ...refused, reference: { ...FAR, port: 1 }, gateway: 'shop/far', conditions: far },
        ],
      },
    });
  });

  it('whatever is wrong with its rules', () => {
    const [first] = requested({ parentRefs: [none('a')] }, [aPart({ unsupported: ['x'] })]).parents?.parents ?? [];

    expect(first).toStrictEqual({ ...refused, reference: none('a') });
  });

  it('has no Tunnel if there is none', () => {
    const infrastructure = { parametersRef: { group: '', kind: 'Secret', name: 'x' } };
    const { admittedIn: _none, ...rest } = REQUEST;

    expect(requested({}, [aPart()], [aGateway('shop/edge', { infrastructure })])).toMatchObject({ tunnel: undefined });
    expect(requested({ parentRefs: [] })).toStrictEqual({
      ...rest,
      tunnel: undefined,
      routes: [],
      forbidden: { reason: 'NotAllowed', message: '' },
      parents: { generation: 7, parents: [] },
    });
  });
});

function told(...parts: RouteParts) {
  const [first] = requested({}, parts).parents?.parents ?? [];
  return { listeners: first?.listeners, conditions: first?.conditions };
}

describe('a Gateway is told', () => {
  const { listeners, conditions } = parent(EDGE);
  const [accepted] = conditions;
  const UNMATCHED = aPart({}, { place: 'spec.rules[1]', matches: [{ problem: 'no path' }] });

  it('of references that lead nowhere, each once', () => {
    const missing = { reason: 'BackendNotFound', message: 'no a' } as const;
    const unresolved = [missing, missing, { reason: 'InvalidKind', message: 'no b' } as const];

    expect(told(aPart({ unresolved }))).toStrictEqual({
      listeners,
      conditions: [
        accepted,
        { type: 'ResolvedRefs', status: 'False', reason: 'BackendNotFound', message: 'no a; no b' },
      ],
    });
  });

  it('of rules that are dropped', () => {
    const message = 'Dropped Rule: spec.rules[0]: x; spec.rules[1]: no path';

    expect(told(aPart({ unsupported: ['x'] }), UNMATCHED, aPart())).toStrictEqual({
      listeners,
      conditions: [
        accepted,
        RESOLVED,
        { type: 'PartiallyInvalid', status: 'True', reason: 'UnsupportedValue', message },
      ],
    });
  });

  it('of a route without any other rule that it is not attached', () => {
    const message = 'spec.rules[0]: x; spec.rules[1]: no path';

    expect(told(aPart({ unsupported: ['x'] }), UNMATCHED)).toStrictEqual({
      listeners: [],
      conditions: [{ type: 'Accepted', status: 'False', reason: 'UnsupportedValue', message }, RESOLVED],
    });
  });
});

it('a route whose matches are all invalid has a problem as a whole, so it keeps what was live', () => {
  const parts = ['spec.rules[1]', 'spec.rules[2]'].map((place) =>
    aPart({}, { place, matches: [{ problem: 'no path' }] }),
  );

  expect(requested({}, parts).problems).toStrictEqual([
    { reason: 'InvalidSpec', message: 'spec.rules: spec.rules[1]: no path; spec.rules[2]: no path' },
  ]);
});

describe('a route has a Gateway of ours', () => {
  it.each<{ case: string; traits: RouteTraits<never>; has: boolean }>([
    { case: 'that takes it', traits: {}, has: true },
    { case: 'that does not take it', traits: { parentRefs: [{ ...EDGE, port: 1 }] }, has: true },
    { case: 'and is being deleted', traits: { deleting: true }, has: false },
    { case: 'that does not exist', traits: { parentRefs: [{ name: 'none' }] }, has: false },
    { case: 'if it names any', traits: { parentRefs: [] }, has: false },
  ])('$case: $has', ({ traits, has }) => {
    expect(hasParent('HTTPRoute', anHttpRoute('shop/site', traits), aGatewayCluster(aNamespace('shop')))).toBe(has);
  });
});
