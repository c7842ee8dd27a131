/** The rules of protected routes. */
import { describe, expect, it } from '@jest/globals';
import { compileConfig } from '../../../src/core/ingress/rule.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { rulesFor } from '../../../src/core/remote-config/route-rules.ts';
import { forgottenRoutes } from '../../../src/core/remote-config/forgotten.ts';
import { aProxiedRoute } from '../../support/proxy-rules.ts';
import { aRoute } from '../../support/routes.ts';

const HOST = 'app.example.com';
const PROTECTION = { team: 'acme', audience: 'aud-1' };
const CHECK = { required: true, teamName: 'acme', audTag: ['aud-1'] };

function rulesOf(...routes: readonly Route[]) {
  return compileConfig('t', { credentialsRef: { name: 'c' } }, routes).ingress.slice(0, -1);
}

function checks(...routes: readonly Route[]): readonly (readonly [string, boolean])[] {
  return rulesOf(...routes).map(({ path = '', originRequest }) => [path, originRequest?.access !== undefined]);
}

const below = (value: string, route: Route): Route => ({ ...route, path: { type: 'Prefix', value } });

describe('the rule of a protected route', () => {
  it('asks for a token of its application, in a file and at Cloudflare', () => {
    const route = { ...aRoute(HOST), protection: PROTECTION };

    expect(rulesOf(route)).toEqual([
      { hostname: HOST, service: 'http://web.shop.svc:80', originRequest: { access: CHECK } },
    ]);
    expect(rulesFor([route]).wanted).toEqual(rulesOf(route));
  });

  it('asks for none where a policy lets requests in without', () => {
    expect(checks({ ...aRoute(HOST), protection: { ...PROTECTION, isUnchecked: true } })).toEqual([['', false]]);
  });

  it('is recovered with what it asks for', () => {
    const [route] = forgottenRoutes({
      ingress: [...rulesOf({ ...aRoute(HOST), protection: PROTECTION }), { service: 'x' }],
    });

    expect(route?.protection).toEqual(PROTECTION);
  });
});

describe('a hostname that goes through the proxy', () => {
  it('has one rule where all of its routes ask for the same', () => {
    const proxied = { ...aProxiedRoute(HOST), protection: PROTECTION };

    expect(checks(proxied, below('/a', proxied))).toEqual([['', true]]);
    expect(checks(aProxiedRoute(HOST), below('/a', aProxiedRoute(HOST)))).toEqual([['', false]]);
  });

  it('has a rule for each path where they do not', () => {
    const open = aProxiedRoute(HOST);
    const closed = below('/admin', { ...aRoute(HOST), protection: PROTECTION });

    expect(checks(open, closed)).toEqual([
      ['^/admin(/|$)', true],
      ['', false],
    ]);
    expect(rulesFor([closed, open]).wanted).toEqual(rulesOf(open, closed));
    expect(new Set(rulesOf(open, closed).map(({ service }) => service)).size).toBe(1);
  });

  it('asks for a token at a path that only some of its routes protect', () => {
    const one = below('/a', { ...aProxiedRoute(HOST), protection: PROTECTION });
    const other = below('/a', aProxiedRoute(HOST));

    expect(checks(aProxiedRoute(HOST), other, one)).toEqual([
      ['^/a(/|$)', true],
      ['', false],
    ]);
  });
});
