import { describe, expect, it } from '@jest/globals';
import { proxyRulesOf } from '../../../src/core/ingress/rule.ts';
import { ANY_HOST } from '../../../src/core/model/hostname.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { remoteRule, remoteRuleOf } from '../../../src/core/remote-config/compile.ts';
import { forgottenRoutes } from '../../../src/core/remote-config/forgotten.ts';
import { planConfiguration } from '../../../src/core/remote-config/plan.ts';
import { decidePublication, isWriteNeeded } from '../../../src/core/remote-config/publication.ts';
import { leadsToProxy, needsProxy, possibleRules, rulesFor } from '../../../src/core/remote-config/route-rules.ts';
import { aProxiedRoute, aRoute } from '../../support/routes.ts';

const NAME = 'app.example.com';
const LAST = { service: 'http_status:404' };
const API: Route = { ...aRoute(NAME), path: { type: 'Prefix', value: '/api' } };
const PLAIN: readonly Route[] = [API, aRoute(NAME)];
const CANARY: readonly Route[] = [API, aProxiedRoute(NAME)];
const ANY: Route = { ...aProxiedRoute(NAME), hostname: ANY_HOST };
const SPEC = { fallback: 'http_status:404' as const };

/** The rules of the routes as they are at Cloudflare. */
function inForce(routes: readonly Route[]) {
  const { wanted, anyHost = LAST } = rulesFor(routes);
  return { originRequest: {}, ingress: [...wanted, anyHost] };
}

describe('the rules of routes', () => {
  it('are one for each hostname that the proxy serves, and one for each other route', () => {
    const [shared] = [...proxyRulesOf(CANARY).values()].map(({ rule }) => remoteRule(rule));
    const other = aRoute('other.example.com');

    expect(rulesFor([...CANARY, other])).toEqual({ wanted: [shared, remoteRuleOf(other)] });
    expect(rulesFor(PLAIN)).toEqual({ wanted: PLAIN.map(remoteRuleOf) });
  });

  it('have the route for any host as the last one, without a hostname', () => {
    const { wanted, anyHost } = rulesFor([ANY, ...PLAIN]);

    expect(wanted).toHaveLength(2);
    expect(anyHost).toMatchObject({ service: expect.stringMatching(/./) });
    expect(anyHost).not.toHaveProperty('hostname');
  });

  it('lead to the proxy or not, and a configuration needs the proxy if one of them does', () => {
    expect(rulesFor(CANARY).wanted.map(leadsToProxy)).toEqual([true]);
    expect(needsProxy(inForce(CANARY))).toBe(true);
    expect(needsProxy(inForce([ANY]))).toBe(true);
    expect(needsProxy(inForce(PLAIN))).toBe(false);
    expect(needsProxy({})).toBe(false);
  });
});

// Invariant 37.
describe('a hostname that moves', () => {
  it.each([
    { case: 'to the proxy', from: PLAIN, to: CANARY },
    { case: 'away from the proxy', from: CANARY, to: PLAIN },
  ])(
    '$case has its former rules replaced, whatever a crash has left in the list of published routes',
    ({ from, to }) => {
      for (const published of [from, to, [...from, ...to]]) {
        const facts = { current: inForce(from), routes: to, published, spec: SPEC, named: new Set<string>() };
        const { publishable, existing, conflicts } = decidePublication(facts);
        const { config } = planConfiguration({ ...facts, ...rulesFor(publishable), existing });

        expect({ existing, conflicts }).toEqual({ existing: [], conflicts: [] });
        expect(config).toEqual(inForce(to));
        expect(isWriteNeeded({ ...facts, current: config, published: to })).toBe(false);
      }
    },
  );

  it('may have had its own rule or that of its hostname', () => {
    expect([...possibleRules(CANARY).values()].map((rules) => rules.length)).toEqual([2, 2]);
  });
});

it('the catch-all rule of a route for any host goes with it, and is not taken for that of somebody else', () => {
  const spec = { ...SPEC, existingTunnel: { id: 'x' } };
  const facts = { current: inForce([ANY]), wanted: [], existing: [], spec, named: new Set<string>() };

  expect(planConfiguration(facts).config.ingress).toEqual([LAST]);
});

it('a rule that leads to the proxy is known as ours, though its routes are forgotten', () => {
  const [route] = forgottenRoutes(inForce(CANARY));
  const facts = {
    current: inForce(CANARY),
    routes: PLAIN,
    published: [route as Route],
    spec: SPEC,
    named: new Set<string>(),
  };

  expect(decidePublication(facts)).toMatchObject({ existing: [], conflicts: [] });
});
