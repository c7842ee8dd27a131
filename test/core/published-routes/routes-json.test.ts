import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ROUTES_KEY, decodeRoutes, encodeRoutes } from '../../../src/core/published-routes/routes-json.ts';
import { anyRoutes, shuffled } from '../../support/arbitraries.ts';
import { aConfigMap } from '../../support/builders.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { aRoute } from '../../support/routes.ts';

describe('encodeRoutes', () => {
  it('writes one rule per line, by hostname', () => {
    const text = encodeRoutes([aRoute('b.example.com', 'shop/b'), aRoute('a.example.com', 'shop/a')]);

    expect(text).toBe(`{
  "version": 1,
  "rules": [
    {"hostname":"a.example.com","service":"shop/a","origin":"http://a.shop.svc:80"},
    {"hostname":"b.example.com","service":"shop/b","origin":"http://b.shop.svc:80"}
  ]
}
`);
  });

  it('writes valid JSON for no rules', () => {
    expect(JSON.parse(encodeRoutes([]))).toEqual({ version: 1, rules: [] });
  });

  // Invariant 12.
  it('gives equal bytes for any order of the same routes', () => {
    fc.assert(
      fc.property(shuffled(anyRoutes()), ([one, other]) => {
        expect(encodeRoutes(one)).toBe(encodeRoutes(other));
      }),
    );
  });
});

describe('decodeRoutes', () => {
  it('concludes nothing from an incomplete document', () => {
    expect(readText(encodeRoutes([aRoute('a.example.com')], true))).toBeUndefined();
  });

  // Invariant 25.
  it('reads what was written', () => {
    fc.assert(
      fc.property(anyRoutes(), (routes) => {
        const read = readText(encodeRoutes(routes));
        expect(read).toHaveLength(routes.length);
        expect(read).toEqual(expect.arrayContaining(routes));
      }),
    );
  });

  it.each([
    { case: 'there is no ConfigMap', configMap: undefined },
    { case: 'it was never written', configMap: aConfigMap('shop/home', {}) },
    { case: 'it is no JSON', configMap: aConfigMap('shop/home', { [ROUTES_KEY]: '{' }) },
    { case: 'it is null', configMap: aConfigMap('shop/home', { [ROUTES_KEY]: 'null' }) },
    { case: 'its rules are no list', configMap: aConfigMap('shop/home', { [ROUTES_KEY]: '{"rules":{}}' }) },
  ])('cannot be read when $case', ({ configMap }) => {
    expect(decodeRoutes(configMap)).toBeUndefined();
  });

  it('keeps the marks of routes that are being withdrawn or have no record', () => {
    const routes: Route[] = [
      { ...aRoute('a.example.com'), isLeaving: true },
      { ...aRoute('b.example.com'), isUnrecorded: true },
    ];

    expect(readText(encodeRoutes(routes))).toEqual(routes);
  });

  it('reads a rule with only a hostname and an origin', () => {
    const rules = [{ hostname: 'a.example.com', service: 'shop/web', origin: 'http://web.shop.svc:80' }];

    expect(readText(JSON.stringify({ version: 1, rules }))).toEqual([aRoute('a.example.com')]);
  });

  it.each([
    { case: 'a path without a type', part: { path: { value: '/api' } } },
    { case: 'a path of another type', part: { path: { type: 'Glob', value: '/api' } } },
    { case: 'a path that is a text', part: { path: '/api' } },
    { case: 'settings that are a list', part: { originRequest: [] } },
    { case: 'a setting of another type', part: { originRequest: { noTLSVerify: 'true' } } },
    { case: 'a duration that is a number', part: { originRequest: { connectTimeout: 5 } } },
    { case: 'a pool without a name', part: { caPool: { key: 'ca.crt' } } },
    { case: 'a pool whose key is a number', part: { caPool: { name: 'ca', key: 1 } } },
  ])('ignores a rule with $case', ({ part }) => {
    const rule = { hostname: 'a.example.com', service: 'shop/web', origin: 'http://web.shop.svc:80', ...part };

    expect(readText(JSON.stringify({ rules: [rule] }))).toEqual([]);
  });

  it('drops settings that cloudflared does not have', () => {
    const originRequest = { connectTimeout: '5s', bastionMode: true };
    const rule = { hostname: 'a.example.com', service: 'shop/web', origin: 'http://web.shop.svc:80', originRequest };

    expect(readText(JSON.stringify({ rules: [rule] }))).toEqual([
      { ...aRoute('a.example.com'), originRequest: { connectTimeout: '5s' } },
    ]);
  });

  it('ignores an invalid rule', () => {
    const rules = [
      { hostname: 'a.example.com', service: 'shop/web', origin: 'http://web.shop.svc:80' },
      { hostname: 'not a name', service: 'shop/web', origin: 'http://web.shop.svc:80' },
      { hostname: 'b.example.com', origin: 'http://web.shop.svc:80' },
      null,
    ];

    expect(readText(JSON.stringify({ rules }))).toEqual([aRoute('a.example.com')]);
  });

  it('never fails, whatever the text', () => {
    const anyText = fc.oneof(
      fc.string(),
      fc.json(),
      fc.array(fc.jsonValue()).map((rules) => JSON.stringify({ rules })),
    );

    fc.assert(
      fc.property(anyText, (text) => {
        expect(() => readText(text)).not.toThrow();
      }),
    );
  });
});

function readText(text: string) {
  return decodeRoutes(aConfigMap('shop/home', { [ROUTES_KEY]: text }));
}
