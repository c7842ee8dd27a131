import { describe, expect, it } from '@jest/globals';
import { inForce, isRedundant, overlap, readConnectorConfig } from '../../../src/core/migrate/served-rules.ts';
import { PARSERS } from '../../support/parsers.ts';
import { aRule } from './a-cluster.ts';

describe('a configuration of cloudflared', () => {
  it('is read with its settings, its rules and what answers everything else', () => {
    const text = `
      tunnel: home
      credentials-file: /creds.json
      protocol: quic
      originRequest: {connectTimeout: 5s}
      ingress:
        - {hostname: App.Example.com, path: ^/api, service: 'http://web:80', originRequest: {http2Origin: true}}
        - {service: 'http_status:503'}`;

    expect(readConnectorConfig(text, PARSERS)).toEqual({
      tunnel: 'home',
      protocol: 'quic',
      credentialsFile: '/creds.json',
      originRequest: { connectTimeout: '5s' },
      rules: [aRule('app.example.com', 'http://web:80', { path: '^/api', originRequest: { http2Origin: true } })],
      hidden: [],
      fallback: 'http_status:503',
      hasWarpRouting: false,
    });
  });

  it.each([
    ['ingress: [', /^is not valid YAML: /],
    ['ingress: [text, {service: x}]', /^has an entry in ingress that is no rule$/],
  ])('is refused if it is broken: %s', (text, problem) => {
    expect(readConnectorConfig(text, PARSERS)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it('may have numbers for texts, and prefixes that cannot meet', () => {
    const text = 'tunnel: 7\ningress: [{path: 5, service: 6}, {hostname: a.example.com}, {service: 404}]';
    const [api, app] = ['/api', '/app'].map((path) => aRule('a.example.com', 'x', { path, isPrefix: true }));

    expect(readConnectorConfig(text, PARSERS)).toMatchObject({
      tunnel: '7',
      fallback: '404',
      rules: [aRule('', '6', { path: '5' }), aRule('a.example.com', '')],
    });
    expect(readConnectorConfig('text', PARSERS)).toMatchObject({ tunnel: undefined, rules: [] });
    expect(overlap(api!, app!)).toBe(false);
    expect(overlap(api!, { ...app!, path: '/api/v2' })).toBe(true);
  });

  it('without rules answers everything with 503', () => {
    expect(readConnectorConfig('tunnel: home', PARSERS)).toMatchObject({ rules: [], fallback: 'http_status:503' });
  });
});

describe('a rule', () => {
  it.each([
    { case: 'behind a wildcard', earlier: '*.example.com', path: undefined },
    { case: 'behind the same hostname', earlier: 'app.example.com', path: undefined },
    { case: 'behind the same hostname with a pattern for every path', earlier: 'app.example.com', path: '^/.*' },
    { case: 'behind the same hostname and path', earlier: 'app.example.com', path: '/api' },
  ])('is not in force $case', ({ earlier, path }) => {
    const first = aRule(earlier, 'http://a', path === undefined ? {} : { path });

    expect(inForce([first, aRule('app.example.com', 'http://b', { path: '/api' })])).toHaveLength(1);
  });

  it('is in force behind a narrower one', () => {
    const rules = [aRule('app.example.com', 'http://a', { path: '/api' }), aRule('app.example.com', 'http://b')];

    expect(inForce(rules)).toEqual(rules);
  });

  it.each(['', '/', '^', '^/', '.*', '^.*', '^.*$', '/.*', '^/.*', '^/.*$'])(
    'with the pattern "%s", which every path matches, is one without a path',
    (path) => {
      expect(inForce([aRule('app.example.com', 'http://a', { path })])).toStrictEqual([
        aRule('app.example.com', 'http://a'),
      ]);
    },
  );

  it.each([
    { one: 'app.example.com', other: 'app.example.com', meet: true },
    { one: '*.example.com', other: 'app.example.com', meet: true },
    { one: 'app.example.com', other: '*.example.com', meet: true },
    { one: 'app.example.com', other: 'web.example.com', meet: false },
  ])('of $one and one of $other: a request may match both: $meet', ({ one, other, meet }) => {
    expect(overlap(aRule(one, 'http://a'), aRule(other, 'http://b'))).toBe(meet);
  });

  it.each([
    { one: '^/api(/|$)', other: '^/app', meet: false },
    { one: '^/api', other: '^/apiary', meet: true },
    { one: '/api', other: '^/app', meet: true },
    { one: '^/a.c', other: '^/b', meet: true },
    { one: '^/apiary', other: '^/api', meet: true },
    { one: '^/api', other: '^/v2/api', meet: false },
    { one: '/x^/api', other: '^/app', meet: true },
  ])('with path $one and one with path $other: a request may match both: $meet', ({ one, other, meet }) => {
    const [first, second] = [one, other].map((path) => aRule('app.example.com', 'http://a', { path }));

    expect(first && second && overlap(first, second)).toBe(meet);
  });

  it('is redundant if it answers like the last one, unless a wildcard behind it does not', () => {
    const rule = aRule('app.example.com', 'http_status:404');
    const wild = aRule('*.example.com', 'http://a');
    const other = aRule('other.example.com', 'http://a');

    expect(isRedundant(rule, [rule], 'http_status:404')).toBe(true);
    expect(isRedundant(rule, [rule, wild], 'http_status:404')).toBe(false);
    expect(isRedundant(rule, [rule], 'http_status:503')).toBe(false);
    expect(isRedundant(rule, [wild, rule, other], 'http_status:404')).toBe(true);
  });
});
