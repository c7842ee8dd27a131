import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/api/objects.ts';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import { withoutHeld } from '../../../src/core/preview/held-hostnames.ts';
import type { RoutedState } from '../../../src/core/preview/routed-state.ts';
import { aService, aTunnel } from '../../support/builders.ts';
import { publishedRoutes, routed, unreadableRoutes } from '../../support/routed.ts';
import { aRoute } from '../../support/routes.ts';

const NAS = aService('shop/nas', { hostname: 'nas.example.com', tunnel: 'home' });
const WEB = aService('shop/web', { hostname: 'app.example.com', tunnel: 'home' });
const [NAS_ROUTE, WEB_ROUTE] = [aRoute('nas.example.com', 'shop/nas'), aRoute('app.example.com')];
/** What Cloudflare has. */
const CURRENT = {
  ingress: [{ hostname: 'nas.example.com', service: 'http://10.0.0.5:80' }, { service: 'http_status:404' }],
};
const CONFLICT = {
  reason: 'HostnameConflict',
  message: expect.stringContaining('nas.example.com -> http://10.0.0.5:80'),
};

function remote(spec: Partial<TunnelSpec> = {}, hash?: string) {
  const status = hash === undefined ? {} : { config: { hash } };
  return aTunnel('shop/home', { spec: { configMode: 'Remote', ...spec }, status });
}

function decided(tunnel: ReturnType<typeof remote>, objects: readonly KubeObject[] = [NAS, WEB]): RoutedState {
  const state = routed([tunnel, aTunnel('shop/other'), ...objects]);
  const after = withoutHeld(state, tunnel, CURRENT);

  expect(after).toStrictEqual({ ...state, rules: after.rules, problems: after.problems });
  expect(after.rules.get('shop/other')).toStrictEqual([]);
  return after;
}

describe('a route for which Cloudflare has a rule of others', () => {
  it('has no rule but a problem, unlike other routes', () => {
    const { rules, problems } = decided(remote());

    expect(rules.get('shop/home')).toStrictEqual([WEB_ROUTE]);
    expect([...problems]).toStrictEqual([
      ['shop/nas', [CONFLICT]],
      ['shop/web', []],
    ]);
  });

  it('keeps the problems that it has already', () => {
    const half = aService('shop/nas', { hostname: 'nas.example.com,nas.example.net', tunnel: 'home' });
    const limited = remote({ allowedRoutes: { hostnames: ['*.example.com'] } });

    expect(decided(limited, [half]).problems.get('shop/nas')).toStrictEqual([
      expect.objectContaining({ reason: 'NotAllowed' }),
      CONFLICT,
    ]);
  });

  it.each<{ name: string; tunnel: ReturnType<typeof remote>; objects?: readonly KubeObject[]; isServed: boolean }>([
    { name: 'may be replaced', tunnel: remote({ existingRules: 'Replace' }), isServed: true },
    { name: 'is its own', tunnel: remote(), objects: [publishedRoutes(remote(), [NAS_ROUTE])], isServed: true },
    {
      name: 'was there before it was published',
      tunnel: remote(),
      objects: [publishedRoutes(remote(), [])],
      isServed: false,
    },
    {
      name: 'may be its own, because what is published cannot be read',
      tunnel: remote(),
      objects: [unreadableRoutes(remote())],
      isServed: true,
    },
    {
      name: 'may be its own, because what is published is not known',
      tunnel: remote({}, 'hash'),
      isServed: true,
    },
  ])('is served: $isServed, if that $name', ({ tunnel, objects = [], isServed }) => {
    const { rules } = decided(tunnel, [NAS, WEB, ...objects]);

    expect(rules.get('shop/home')).toStrictEqual(isServed ? [NAS_ROUTE, WEB_ROUTE] : [WEB_ROUTE]);
  });
});
