import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ConfigMap } from '../../../src/api/objects.ts';
import {
  ROUTES_KEY,
  decodeRoutes,
  encodeRoutes,
  holdsRoutes,
  mayHaveApplications,
  withApplications,
} from '../../../src/core/published-routes/routes-json.ts';
import { anyRoutes, shuffled } from '../../support/arbitraries.ts';
import { aConfigMap } from '../../support/builders.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { ANY_HOST } from '../../../src/core/model/hostname.ts';
import { aProxiedRoute, anyProxiedRoutes } from '../../support/proxy-rules.ts';
import { aLanName, aRoute } from '../../support/routes.ts';

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

  it('marks a document that is incomplete, and a Tunnel that may have Access applications', () => {
    const [marked, unmarked] = [true, false].map((hasApplications) =>
      aConfigMap('shop/home', { [ROUTES_KEY]: encodeRoutes([], { isPartial: true, hasApplications }) }),
    );

    expect(marked?.data?.[ROUTES_KEY]).toBe(
      '{\n  "version": 1,\n  "partial": true,\n  "applications": true,\n  "rules": []\n}\n',
    );
    expect([marked!, unmarked!].map(mayHaveApplications)).toStrictEqual([true, false]);
    expect(withApplications(encodeRoutes([]))).toBe(encodeRoutes([], { hasApplications: true }));
    expect(mayHaveApplications(aConfigMap('shop/home', { [ROUTES_KEY]: 'null' }))).toBe(false);
  });

  it('writes valid JSON for no rules', () => {
    expect(encodeRoutes([])).toBe('{\n  "version": 1,\n  "rules": []\n}\n');
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
    expect(readText(encodeRoutes([aRoute('a.example.com')], { isPartial: true }))).toBeUndefined();
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

  it('reads what only the proxy can do, with its fields in one order', () => {
    fc.assert(
      fc.property(anyProxiedRoutes(), (routes) => {
        const text = encodeRoutes(routes);
        const read = readText(text) ?? [];
        expect(read).toEqual(expect.arrayContaining(routes));
        expect(encodeRoutes(read)).toBe(text);
      }),
    );
  });

  it('reads a name of the local network, with its addresses in one order', () => {
    const local = aLanName('nas.example.com', ['fd00::1', '192.168.1.10']);
    const read = aLanName('nas.example.com', ['192.168.1.10', 'fd00::1']);

    expect(decodeRoutes(aConfigMap('shop/home', { [ROUTES_KEY]: encodeRoutes([local]) }))).toEqual([read]);
    const broken = encodeRoutes([local]).replace('"fd00::1"', '1');
    expect(decodeRoutes(aConfigMap('shop/home', { [ROUTES_KEY]: broken }))).toEqual([]);
  });

  it('reads a route for any host', () => {
    const routes = [{ ...aProxiedRoute('a.example.com'), hostname: ANY_HOST }];

    expect(readText(encodeRoutes(routes))).toEqual(routes);
  });

  it.each([
    { case: 'there is no ConfigMap', configMap: undefined },
    { case: 'it was never written', configMap: aConfigMap('shop/home', {}) },
    { case: 'it has no data', configMap: withoutData(aConfigMap('shop/home', {})) },
    { case: 'it is no JSON', configMap: aConfigMap('shop/home', { [ROUTES_KEY]: '{' }) },
    { case: 'it is null', configMap: aConfigMap('shop/home', { [ROUTES_KEY]: 'null' }) },
    { case: 'its rules are no list', configMap: aConfigMap('shop/home', { [ROUTES_KEY]: '{"rules":{}}' }) },
  ])('cannot be read when $case', ({ configMap }) => {
    expect(decodeRoutes(configMap)).toBeUndefined();
    expect(configMap !== undefined && holdsRoutes(configMap)).toBe(false);
  });

  it.each([[[]], [''], ['employees'], [[1]], [{}]])(
    'ignores a rule with the policies %j, which might open it',
    (access) => {
      const rule = { hostname: 'a.example.com', service: 'shop/a', origin: 'http://a.shop.svc:80', access };

      expect(readText(JSON.stringify({ version: 1, rules: [rule] }))).toEqual([]);
    },
  );

  it('keeps the marks of routes that are being withdrawn or have no record', () => {
    const routes: Route[] = [
      { ...aRoute('a.example.com'), isLeaving: true },
      { ...aRoute('b.example.com'), isUnrecorded: true },
    ];

    expect(readText(encodeRoutes(routes))).toEqual(routes);
  });

  it('reads rules without optional fields', () => {
    const rules = [aRule('a.example.com'), { ...aRule('b.example.com'), caPool: { name: 'ca' } }];

    expect(readText(JSON.stringify({ version: 1, rules }))).toStrictEqual([
      aRoute('a.example.com'),
      { ...aRoute('b.example.com'), caPool: { name: 'ca' } },
    ]);
  });

  it.each([
    { case: 'a path without a type', part: { path: { value: '/api' } } },
    { case: 'a path of another type', part: { path: { type: 'Glob', value: '/api' } } },
    { case: 'a path without a value', part: { path: { type: 'Exact' } } },
    { case: 'a path that is null', part: { path: null } },
    { case: 'a path that is a text', part: { path: '/api' } },
    { case: 'settings that are a list', part: { originRequest: [] } },
    { case: 'a setting of another type', part: { originRequest: { noTLSVerify: 'true' } } },
    { case: 'a duration that is a number', part: { originRequest: { connectTimeout: 5 } } },
    {
      case: 'a valid setting next to an invalid one',
      part: { originRequest: { connectTimeout: 5, noTLSVerify: true } },
    },
    { case: 'no origin', part: { origin: null } },
    { case: 'no hostname', part: { hostname: null } },
    { case: 'a proxy rule that is null', part: { proxy: null } },
    { case: 'a proxy rule without backends', part: { proxy: {} } },
    { case: 'a proxy rule with an unknown field', part: { proxy: { backends: [], more: 1 } } },
    { case: 'a condition that is no text', part: { proxy: { backends: [], match: { method: 1 } } } },
    { case: 'an unknown condition', part: { proxy: { backends: [], match: { cookie: 'a' } } } },
    { case: 'an unknown filter', part: { proxy: { backends: [], filters: [{ type: 'Wasm' }] } } },
    { case: 'a filter without its type', part: { proxy: { backends: [], filters: [{ hostname: 'a' }] } } },
    { case: 'a filter named like a method', part: { proxy: { backends: [], filters: [{ type: 'toString' }] } } },
    { case: 'a weight that is a fraction', part: { proxy: { backends: [{ weight: 0.5 }] } } },
    { case: 'a weight below 0', part: { proxy: { backends: [{ weight: -1 }] } } },
    { case: 'a mark that is false', part: { proxy: { backends: [], isHttp2: false } } },
    { case: 'a backend without a port', part: { proxy: { backends: [{ weight: 1, backend: { service: 'a/b' } }] } } },
    { case: 'a pool that is null', part: { caPool: null } },
    { case: 'a protection without an audience', part: { protection: { team: 'team' } } },
    {
      case: 'a protection that is unchecked or not',
      part: { protection: { team: 'a', audience: 'b', isUnchecked: false } },
    },
    { case: 'a pool whose fingerprint is a number', part: { caPool: { name: 'ca', fingerprint: 1 } } },
    { case: 'a pool without a name', part: { caPool: { key: 'ca.crt' } } },
    { case: 'a pool whose key is a number', part: { caPool: { name: 'ca', key: 1 } } },
  ])('ignores a rule with $case', ({ part }) => {
    const rule = { ...aRule('a.example.com'), ...part };

    expect(readText(JSON.stringify({ rules: [rule] }))).toStrictEqual([]);
  });

  it('reads who owns a hostname, and what protects it', () => {
    const routes: readonly Route[] = [
      {
        ...aRoute('a.example.com'),
        hostnameOwner: 'shop',
        protection: { team: 'team', audience: 'a', isUnchecked: true },
      },
      { ...aRoute('b.example.com'), protection: { team: 'team', audience: 'b' } },
    ];

    expect(readText(encodeRoutes(routes))).toStrictEqual(routes);
    expect(readText(JSON.stringify({ rules: [{ ...aRule('a.example.com'), owner: 7 }] }))).toStrictEqual([
      aRoute('a.example.com'),
    ]);
  });

  it('drops settings that cloudflared does not have, and an unknown DNS setting', () => {
    const originRequest = { connectTimeout: '5s', bastionMode: true, caPool: '/etc/ca.pem' };
    const rule = { ...aRule('a.example.com'), dns: 'sometimes', originRequest };

    expect(readText(JSON.stringify({ rules: [rule] }))).toStrictEqual([
      { ...aRoute('a.example.com'), originRequest: { connectTimeout: '5s' } },
    ]);
  });

  it('ignores an invalid rule', () => {
    const rules = [
      aRule('a.example.com'),
      aRule('not a name'),
      { hostname: 'b.example.com', origin: 'http://web.shop.svc:80' },
      null,
    ];

    expect(readText(JSON.stringify({ rules }))).toStrictEqual([aRoute('a.example.com')]);
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

function withoutData({ data: _data, ...rest }: ConfigMap): ConfigMap {
  return rest;
}

function aRule(hostname: string) {
  return { hostname, service: 'shop/web', origin: 'http://web.shop.svc:80' };
}

function readText(text: string) {
  return decodeRoutes(aConfigMap('shop/home', { [ROUTES_KEY]: text }));
}
