/** ListenerSets at Gateways that another controller serves. */
import { describe, expect, it } from '@jest/globals';
import { aNamespace } from '../../../support/builders.ts';
import { aListener, aListenerSet, aTlsListener, anHttpRoute } from '../../../support/gateways.ts';
import {
  APP,
  type Case,
  ENVOY,
  accepted,
  acceptedBy,
  condition,
  named,
  parsed,
  summary,
} from '../../../support/gateways-elsewhere.ts';

describe('the hostnames of ListenerSets', () => {
  const OWN = { listeners: [aListener('http')], admits: 'All' };
  const TO_SET = { kind: 'ListenerSet', name: 'set', namespace: 'blog' };

  it.each<{ case: string; given: Case; hostnames: readonly string[] }>([
    {
      case: 'are published once its controller accepts them, for the namespace of each',
      given: {
        ...OWN,
        others: [
          accepted('blog/a', [named('a')]),
          accepted('shop/b', [named('b')]),
          accepted('blog/c', [named('c')], { status: 'False' }),
          aListenerSet('blog/d', [named('d')]),
        ],
      },
      hostnames: ['a.example.com @blog', 'd.example.com (Progressing)', 'b.example.com'],
    },
    {
      case: 'are not published if the Gateway does not admit them, whatever their status says',
      given: { ...OWN, admits: 'Same', others: [accepted('blog/a', [named('a')]), accepted('shop/b', [named('b')])] },
      hostnames: ['b.example.com'],
    },
    {
      case: 'are not those of a listener that its controller refuses or finds in conflict',
      given: {
        ...OWN,
        others: [
          accepted('blog/set', [named('a'), named('b'), named('c')], {
            listeners: { a: [condition('Accepted', 'False')], b: [condition('Conflicted', 'True')] },
          }),
        ],
      },
      hostnames: ['c.example.com @blog'],
    },
    {
      case: 'are those of attached routes, as far as the listener has them',
      given: {
        ...OWN,
        others: [accepted('blog/set', [aListener('all', { hostname: '*.example.com' })])],
        routes: [acceptedBy(ENVOY, anHttpRoute('shop/a', { hostnames: [APP, 'b.example.org'], parentRefs: [TO_SET] }))],
      },
      hostnames: ['*.example.com @blog', `${APP} @blog`],
    },
    {
      case: 'are not those of a route at a Gateway of the same name',
      given: {
        ...OWN,
        others: [accepted('blog/edge', [aListener('all', { hostname: '*.example.org' })])],
        routes: [
          anHttpRoute('shop/a', {
            hostnames: ['a.example.org'],
            parentRefs: [{ ...TO_SET, name: 'edge' }],
            parents:
              acceptedBy(ENVOY, anHttpRoute('shop/a', { parentRefs: [{ name: 'edge', namespace: 'blog' }] })).status
                ?.parents ?? [],
          }),
        ],
      },
      hostnames: ['*.example.org @blog', 'a.example.org (Progressing)'],
    },
    {
      case: 'are not those that the Namespace of the ListenerSet may not use',
      given: {
        ...OWN,
        others: [
          accepted('blog/set', [named('a'), aListener('all', { hostname: '*.blog.example.com' })]),
          aNamespace('blog', {}, { 'cftunnel.io/allowed-hostnames': '*.blog.example.com' }),
        ],
        routes: [acceptedBy(ENVOY, anHttpRoute('shop/a', { hostnames: ['x.blog.example.com'], parentRefs: [TO_SET] }))],
      },
      hostnames: ['(NotAllowed)', '*.blog.example.com @blog', 'x.blog.example.com @blog'],
    },
    {
      case: 'are told if they are invalid',
      given: { ...OWN, others: [accepted('blog/set', [aListener('bad', { hostname: 'localhost' }), named('a')])] },
      hostnames: ['(InvalidSpec)', 'a.example.com @blog'],
    },
  ])('$case', ({ given, hostnames }) => {
    expect(parsed({ addresses: ['192.0.2.1'], ...given }).routes.map(summary)).toEqual(hostnames);
  });

  it('are waited for, if one object may not use them and another one is not answered yet', () => {
    const others = [
      accepted('blog/set', [named('a')]),
      aListenerSet('shop/set', [named('a')]),
      aNamespace('blog', {}, { 'cftunnel.io/allowed-hostnames': '*.blog.example.com' }),
    ];

    expect(parsed({ ...OWN, addresses: ['192.0.2.1'], others }).routes.map(summary)).toEqual([
      'a.example.com (Progressing)',
    ]);
  });

  it('belong to the Gateway that has them too, whose listener says how they are reached', () => {
    const set = accepted('blog/set', [aTlsListener('https', { hostname: APP })]);
    const listeners = [aListener('http', { hostname: APP })];
    const { routes } = parsed({ addresses: ['192.0.2.1'], listeners, admits: 'All', others: [set] });

    expect(routes.map(({ target }) => target)).toEqual([{ origin: 'http://proxy.envoy.svc:80' }]);
  });

  it('are reached at the port of the listener', () => {
    const set = accepted('blog/set', [aTlsListener('https', { hostname: APP, port: 8443 })]);
    const { routes } = parsed({ ...OWN, addresses: ['10.0.0.7'], others: [set] });

    expect(routes.map(({ target }) => target?.origin)).toEqual(['https://odd.envoy.svc:8443']);
  });
});
