import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { ANY_HOST, covers } from '../../../src/core/model/hostname.ts';
import { byPrecedence } from '../../../src/core/model/precedence.ts';
import { ruleOf } from '../../../src/core/ingress/rule.ts';
import { type PathType, type Route, claimOf } from '../../../src/core/model/route.ts';
import { anyHostname, anyPath, shuffled } from '../../support/arbitraries.ts';
import { aRoute } from '../../support/routes.ts';

describe('the order of the rules', () => {
  const IN_ORDER = [
    route('a.example.com', 'Exact', '/api/v1'),
    route('a.example.com', 'Exact', '/api'),
    route('a.example.com', 'Prefix', '/api/v1'),
    route('a.example.com', 'Prefix', '/api'),
    route('a.example.com', 'Prefix', '/bpi'),
    route('a.example.com', 'Regex', '^/x'),
    route('a.example.com'),
    route('b.example.com'),
    route('*.eu.example.com', 'Regex', '/api'),
    route('*.eu.example.com'),
    route('*.example.com', 'Exact', '/api'),
    route('*.example.com'),
    { ...route('x.example.com', 'Exact', '/api'), hostname: ANY_HOST },
    { ...route('x.example.com'), hostname: ANY_HOST },
  ];

  it('is exact hosts, long wildcards, short wildcards, any host; in each exact paths, long prefixes, patterns, no path', () => {
    fc.assert(
      fc.property(shuffled(fc.constant(IN_ORDER)), ([, routes]) => {
        expect(routes.toSorted(byPrecedence).map(claimOf)).toEqual(IN_ORDER.map(claimOf));
      }),
    );
  });

  it('keeps patterns of one host in the order of their sources', () => {
    const patterns = ['/b', '/longer', '/a'].map((value) => route('a.example.com', 'Regex', value));

    expect(patterns.toSorted(byPrecedence)).toEqual(patterns);
  });

  it('makes the most specific rule the first match', () => {
    const routes = fc.uniqueArray(
      fc.tuple(anyHostname(), anyPath()).map(([host, path]) => route(host, path?.type, path?.value)),
      { selector: claimOf, maxLength: 8 },
    );
    const request = fc.tuple(anyHostname(), fc.constantFrom('/', '/api', '/api/v1', '/api/v1/x', '/shop'));

    fc.assert(
      fc.property(routes, request, (all, [host, path]) => {
        fc.pre(!host.startsWith('*'));
        const matching = all.filter((one) => matches(one, host, path));
        const [first] = matching.toSorted(byPrecedence);
        expect(matching.filter((other) => first !== undefined && isMoreSpecific(other, first))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

function route(hostname: string, type?: PathType, value = ''): Route {
  return { ...aRoute(hostname), ...(type === undefined ? {} : { path: { type, value } }) };
}

function isMoreSpecific(a: Route, b: Route): boolean {
  if (a.hostname !== b.hostname) return !a.hostname.startsWith('*') && b.hostname.startsWith('*');
  return a.path?.type === b.path?.type && a.path?.type !== 'Regex' && lengthOf(a) > lengthOf(b);
}

function lengthOf({ path }: Route): number {
  return path?.value.length ?? 0;
}

function matches(one: Route, host: string, path: string): boolean {
  const { path: pattern } = ruleOf(one);
  return covers(one.hostname, host) && (pattern === undefined || RE2JS.compile(pattern).matcher(path).find());
}
