import { describe, expect, it } from '@jest/globals';
import type { RouteFilter } from '../../../src/api/gateway-routes.ts';
import { type ReadFilters, readBackendFilters, readFilters } from '../../../src/core/gateway/filters.ts';
import { aGatewayCluster, aTlsPolicy } from '../../support/gateways.ts';

const API = { name: 'api', port: 80 };
const TO_API = { service: 'shop/api', port: 80, protocol: 'http' };
const ROUTE = { kind: 'HTTPRoute', namespace: 'shop', isGrpc: false, related: aGatewayCluster() };
const NOTHING: ReadFilters = { filters: [], unresolved: [], unsupported: [] };

const REWRITE: RouteFilter = { type: 'URLRewrite', urlRewrite: { hostname: 'b.example.com' } };
const HOST = 'the header Host can be set, but neither added nor removed; put it into "set"';

const mirror = (name: string) => ({ type: 'RequestMirror', requestMirror: { backendRef: { ...API, name } } });

describe('a filter', () => {
  it.each<{ readonly filter: RouteFilter; readonly read: object }>([
    {
      filter: {
        type: 'RequestHeaderModifier',
        requestHeaderModifier: { set: [{ name: 'a', value: '1' }], remove: ['b'] },
      },
      read: { type: 'RequestHeaders', set: [{ name: 'a', value: '1' }], remove: ['b'] },
    },
    {
      filter: { type: 'ResponseHeaderModifier', responseHeaderModifier: { add: [{ name: 'a', value: '1' }] } },
      read: { type: 'ResponseHeaders', add: [{ name: 'a', value: '1' }] },
    },
    {
      filter: {
        type: 'RequestRedirect',
        requestRedirect: { scheme: 'https', port: 8443, path: { type: 'ReplaceFullPath', replaceFullPath: '/x' } },
      },
      read: { type: 'Redirect', scheme: 'https', port: 8443, path: { type: 'Full', value: '/x' }, statusCode: 302 },
    },
    {
      filter: { type: 'RequestRedirect', requestRedirect: { hostname: 'b.example.com', statusCode: 301 } },
      read: { type: 'Redirect', hostname: 'b.example.com', statusCode: 301 },
    },
    {
      filter: {
        type: 'URLRewrite',
        urlRewrite: { hostname: 'b.example.com', path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/y' } },
      },
      read: { type: 'Rewrite', hostname: 'b.example.com', path: { type: 'Prefix', value: '/y' } },
    },
    {
      filter: { type: 'RequestMirror', requestMirror: { backendRef: API } },
      read: { type: 'Mirror', backend: TO_API },
    },
    {
      filter: { type: 'RequestMirror', requestMirror: { backendRef: API, percent: 5 } },
      read: { type: 'Mirror', backend: TO_API, fraction: { numerator: 5, denominator: 100 } },
    },
    {
      filter: { type: 'RequestMirror', requestMirror: { backendRef: API, fraction: { numerator: 1, denominator: 3 } } },
      read: { type: 'Mirror', backend: TO_API, fraction: { numerator: 1, denominator: 3 } },
    },
    {
      filter: { type: 'CORS', cors: { allowOrigins: ['https://a.example.com'] } },
      read: {
        type: 'Cors',
        allowOrigins: ['https://a.example.com'],
        allowMethods: [],
        allowHeaders: [],
        exposeHeaders: [],
        allowCredentials: false,
        maxAgeSeconds: 5,
      },
    },
    { filter: { type: 'RequestRedirect', requestRedirect: {} }, read: { type: 'Redirect', statusCode: 302 } },
    { filter: REWRITE, read: { type: 'Rewrite', hostname: 'b.example.com' } },
    {
      filter: { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplaceFullPath' } } },
      read: { type: 'Rewrite', path: { type: 'Full', value: '/' } },
    },
    {
      filter: { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch' } } },
      read: { type: 'Rewrite', path: { type: 'Prefix', value: '/' } },
    },
    {
      filter: { type: 'RequestMirror', requestMirror: { backendRef: API, fraction: { numerator: 1 } } },
      read: { type: 'Mirror', backend: TO_API, fraction: { numerator: 1, denominator: 100 } },
    },
    {
      filter: { type: 'CORS', cors: {} },
      read: {
        type: 'Cors',
        allowOrigins: [],
        allowMethods: [],
        allowHeaders: [],
        exposeHeaders: [],
        allowCredentials: false,
        maxAgeSeconds: 5,
      },
    },
    {
      filter: {
        type: 'RequestHeaderModifier',
        requestHeaderModifier: { set: [{ name: 'Host', value: 'x' }], add: [{ name: 'a', value: '1' }] },
      },
      read: { type: 'RequestHeaders', set: [{ name: 'Host', value: 'x' }], add: [{ name: 'a', value: '1' }] },
    },
  ])('$filter is read', ({ filter, read }) => {
    expect(readFilters([filter], ROUTE)).toStrictEqual({ ...NOTHING, filters: [read] });
  });

  it.each<{ filter: RouteFilter; why: string }>([
    { filter: { type: 'ExtensionRef' }, why: 'the filter "ExtensionRef" is not supported; remove it' },
    ...[
      {
        add: [
          { name: 'x', value: 'a' },
          { name: 'Host', value: 'a' },
        ],
      },
      { remove: ['x', 'host'] },
    ].map((requestHeaderModifier) => ({ filter: { type: 'RequestHeaderModifier', requestHeaderModifier }, why: HOST })),
  ])('$filter is not supported', ({ filter, why }) => {
    expect(readFilters([filter, REWRITE], ROUTE)).toStrictEqual({
      ...NOTHING,
      filters: [{ type: 'Rewrite', hostname: 'b.example.com' }],
      unsupported: [why],
    });
  });

  it('that copies requests to nothing is left out, and told', () => {
    const related = aGatewayCluster(
      aTlsPolicy('shop/policy', { service: 'api', validation: { wellKnownCACertificates: 'Mine' } }),
    );

    expect(readFilters([mirror('none'), mirror('api')], { ...ROUTE, related })).toStrictEqual({
      ...NOTHING,
      unresolved: [
        { reason: 'BackendNotFound', message: 'Service shop/none does not exist' },
        {
          reason: 'BackendNotFound',
          message: 'No copies go to Service shop/api: its BackendTLSPolicy is invalid',
        },
      ],
    });
  });
});

describe('a filter of one backend', () => {
  it.each<{ readonly filter: RouteFilter; readonly read: object }>([
    {
      filter: { type: 'RequestHeaderModifier', requestHeaderModifier: { remove: ['a'] } },
      read: { type: 'RequestHeaders', remove: ['a'] },
    },
    {
      filter: { type: 'ResponseHeaderModifier', responseHeaderModifier: { remove: ['a'] } },
      read: { type: 'ResponseHeaders', remove: ['a'] },
    },
    { filter: REWRITE, read: { type: 'Rewrite', hostname: 'b.example.com' } },
  ])('$filter is read', ({ filter, read }) => {
    expect(readBackendFilters([filter], ROUTE)).toStrictEqual({ ...NOTHING, filters: [read] });
  });
});
