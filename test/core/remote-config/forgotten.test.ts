import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { remoteRuleOf } from '../../../src/core/remote-config/compile.ts';
import { forgottenRoutes, mayHaveForgotten } from '../../../src/core/remote-config/forgotten.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { rulesFor } from '../../../src/core/remote-config/route-rules.ts';
import { aProxiedRoute, aRoute } from '../../support/routes.ts';

const LAST = { service: 'http_status:404' };
const WEB = { hostname: 'web.example.com', service: 'http://web.shop.svc:80' };

it.each([
  { name: 'leads out of the cluster', rule: { ...WEB, service: 'http://192.0.2.1:80' } },
  {
    name: 'leads to the full name of a Service, as a person writes it',
    rule: { ...WEB, service: 'http://web.shop.svc.cluster.local:80' },
  },
  { name: 'has no port', rule: { ...WEB, service: 'http://web.shop.svc' } },
  { name: 'has no hostname', rule: { path: '/x', service: WEB.service } },
  { name: 'has an invalid hostname', rule: { ...WEB, hostname: 'web example' } },
])('a rule that $name is not one that the operator has written', ({ rule }) => {
  expect(forgottenRoutes({ ingress: [rule, LAST] })).toEqual([]);
});

it.each([{ ingress: undefined }, { ingress: [LAST] }])('a configuration without rules has none: $ingress', (config) => {
  expect(forgottenRoutes(config)).toEqual([]);
});

const CHECK = { required: true, teamName: 'team', audTag: ['aud', 'other'] };

it.each<{ settings: unknown; parts: object }>([
  { settings: undefined, parts: {} },
  { settings: {}, parts: {} },
  { settings: 'none', parts: {} },
  { settings: { caPool: '/etc/ca.pem', proxyAddress: '127.0.0.1' }, parts: {} },
  {
    settings: { connectTimeout: 90, keepAliveConnections: 5, noTLSVerify: false, httpHostHeader: '' },
    parts: {
      originRequest: { noTLSVerify: false, httpHostHeader: '', connectTimeout: '90s', keepAliveConnections: 5 },
    },
  },
  // As Cloudflare never stores it.
  { settings: { connectTimeout: '90s' }, parts: { originRequest: { connectTimeout: '90s' } } },
  { settings: { access: CHECK }, parts: { protection: { team: 'team', audience: 'aud' } } },
  { settings: { access: { ...CHECK, teamName: 7 } }, parts: {} },
  { settings: { access: { ...CHECK, audTag: [7] } }, parts: {} },
  { settings: { access: { ...CHECK, audTag: 'aud' } }, parts: {} },
  { settings: { access: { teamName: 'team' } }, parts: {} },
  { settings: { access: 'team' }, parts: {} },
])('a route is recovered with its settings, and with what protects it: $settings', ({ settings, parts }) => {
  const route = { source: 'shop/web', hostname: WEB.hostname, origin: WEB.service };

  expect(forgottenRoutes({ ingress: [{ ...WEB, originRequest: settings }, LAST] })).toStrictEqual([
    { ...route, ...parts },
  ]);
});

it('a route that the proxy served has no source any more', () => {
  const [proxied = {}] = rulesFor([aProxiedRoute(WEB.hostname)]).wanted;

  expect(forgottenRoutes({ ingress: [proxied] })).toMatchObject([{ source: '', hostname: WEB.hostname }]);
});

const ADOPTED = { existingTunnel: { name: 'theirs' } };

it.each<{ when: string; facts: Parameters<typeof mayHaveForgotten>[0]; mayHave: boolean }>([
  { when: 'its ConfigMap is lost', facts: { hasConfigMap: false, published: 'unknown', spec: {} }, mayHave: true },
  { when: 'its ConfigMap is broken', facts: { hasConfigMap: true, published: 'unknown', spec: {} }, mayHave: true },
  {
    when: 'the ConfigMap of an adopted tunnel is lost',
    facts: { hasConfigMap: false, published: 'unknown', spec: ADOPTED },
    mayHave: true,
  },
  { when: 'it has not published yet', facts: { hasConfigMap: false, published: [], spec: {} }, mayHave: true },
  {
    when: 'it adopts a tunnel, and has not published yet',
    facts: { hasConfigMap: false, published: [], spec: ADOPTED },
    mayHave: false,
  },
  { when: 'its ConfigMap can be read', facts: { hasConfigMap: true, published: [], spec: {} }, mayHave: false },
])('a Tunnel may have forgotten routes if $when: $mayHave', ({ facts, mayHave }) => {
  expect(mayHaveForgotten(facts)).toBe(mayHave);
});

// Invariant 37.
it('what was sent for a route is recovered: it compiles to the same rule', () => {
  const origin = fc.constantFrom('http://web.shop.svc:80', 'https://web.shop.svc:8443', 'ssh://web.shop.svc:22');
  const path = fc.constantFrom<Route['path']>(
    undefined,
    { type: 'Prefix', value: '/api' },
    { type: 'Exact', value: '/a.b' },
    { type: 'Regex', value: '^/x[0-9]+' },
  );
  const originRequest = fc.constantFrom<Route['originRequest']>(undefined, {
    noTLSVerify: true,
    connectTimeout: '90s',
  });
  fc.assert(
    fc.property(origin, path, originRequest, (...[address, match, settings]) => {
      const route: Route = {
        ...aRoute('web.example.com', 'shop/web', address),
        ...(match && { path: match }),
        ...(settings && { originRequest: settings }),
      };
      const [recovered] = forgottenRoutes({ ingress: [remoteRuleOf(route), LAST] });

      expect(recovered?.source).toBe('shop/web');
      expect(recovered && remoteRuleOf(recovered)).toEqual(remoteRuleOf(route));
    }),
  );
});
