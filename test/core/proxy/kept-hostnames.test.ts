import { describe, expect, it } from '@jest/globals';
import type { Route } from '../../../src/core/model/route.ts';
import { digest } from '../../../src/adapters/digest.ts';
import { compileProxy } from '../../../src/core/proxy/compile.ts';
import { hostnamesIn } from '../../../src/core/proxy/hostnames.ts';
import { routesForProxy } from '../../../src/core/proxy/proxied.ts';
import { aProxiedRoute, aRoute } from '../../support/routes.ts';

const PLAIN = aRoute('plain.example.com');
const CANARY = aProxiedRoute('canary.example.com');
const BESIDE: Route = { ...aRoute('canary.example.com'), path: { type: 'Prefix', value: '/static' } };

describe('the routes of the proxy', () => {
  it('are those of its hostnames, whatever each of them needs', () => {
    expect(routesForProxy([PLAIN, CANARY, BESIDE], new Set())).toEqual([CANARY, BESIDE]);
  });

  it('include those of hostnames that connectors may still lead to it', () => {
    expect(
      routesForProxy([PLAIN, aRoute('other.example.com')], new Set(['plain.example.com', 'gone.example.com'])),
    ).toEqual([PLAIN]);
  });

  it('are compiled for hostnames that do not need it any more, too', () => {
    const files = compileProxy([PLAIN], {
      hash: digest,
      endpointsOf: () => [],
      before: [],
      kept: new Set(['plain.example.com']),
    });

    expect([...hostnamesIn(files)]).toEqual(['plain.example.com']);
  });
});
