import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ServicePort } from '../../../../src/api/objects.ts';
import { aService } from '../../../support/builders.ts';
import { requestOf } from '../../../support/requests.ts';

describe('a list of routes', () => {
  it('gives each entry its own target', () => {
    const { routes, problems } = request(`
- hostname: app.example.com, www.example.com
- hostname: app.example.com
  path: /api
  pathType: Exact
  port: 9000
  protocol: https
  origin:
    noTlsVerify: true
    keepAliveConnections: 5
    connectTimeout: 5s
    caPool: ca
- path: /derived
`);

    expect(problems).toEqual([]);
    expect(routes.map(({ hostnames, target }) => ({ hostnames, ...target }))).toEqual([
      { hostnames: ['app.example.com', 'www.example.com'], origin: 'http://web.shop.svc:80' },
      {
        hostnames: ['app.example.com'],
        path: { type: 'Exact', value: '/api' },
        origin: 'https://web.shop.svc:9000',
        originRequest: { noTLSVerify: true, connectTimeout: '5s', keepAliveConnections: 5 },
        caPool: { name: 'ca' },
      },
      { hostnames: [], path: { type: 'Prefix', value: '/derived' }, origin: 'http://web.shop.svc:80' },
    ]);
  });

  it.each([
    { case: 'is not YAML', text: '{', says: 'cftunnel.io/routes: is not valid YAML: ' },
    { case: 'is a mapping', text: '{hostname: a.example.com}', says: 'cftunnel.io/routes: must be a YAML list' },
    { case: 'is empty', text: '[]', says: 'is an empty list' },
    { case: 'uses an alias', text: '- &a {hostname: a.example.com}\n- *a', says: 'is not valid YAML' },
    { case: 'is too long', text: `# ${'x'.repeat(70_000)}`, says: 'is longer than' },
    { case: 'has too many entries', text: '- {}\n'.repeat(101), says: 'has more than 100 routes' },
    { case: 'contains a text', text: '[app.example.com]', says: 'cftunnel.io/routes[0]: must be a mapping' },
    {
      case: 'contains a list of hostnames',
      text: '[{hostname: [a, b]}]',
      says: '[0].hostname: must be a single value',
    },
    { case: 'has an empty field', text: '[{hostname: }]', says: '[0].hostname: must be a single value' },
    { case: 'has a list for origin', text: '[{origin: []}]', says: 'routes[0].origin: must be a mapping' },
    { case: 'misspells a field', text: '[{hostnam: a.example.com}]', says: 'did you mean hostname?' },
    { case: 'misspells origin', text: '[{orign: {}}]', says: 'routes[0]: unknown field "orign", did you mean origin?' },
    { case: 'has an origin within one', text: '[{origin: {origin: {}}}]', says: 'origin: unknown field "origin"' },
    { case: 'uses the name of an annotation', text: '[{path-type: Exact}]', says: 'did you mean pathType?' },
    { case: 'misspells a setting', text: '[{origin: {no-tls-verify: true}}]', says: 'did you mean noTlsVerify?' },
    { case: 'has a field of Object', text: '[{constructor: 1}]', says: 'unknown field "constructor"' },
    {
      case: 'has a number without unit',
      text: '[{origin: {connectTimeout: 5}}]',
      says: '[0].origin.connectTimeout: "5"',
    },
    { case: 'has a bad hostname', text: '[{hostname: a}]', says: 'cftunnel.io/routes[0].hostname: "a"' },
    {
      case: 'names a missing port',
      text: '[{hostname: a.example.com, port: 81}]',
      says: 'routes[0].port: the Service',
    },
  ])('is a problem if it $case', ({ text, says }) => {
    expect(request(text).problems.map(({ message }) => message)).toEqual([expect.stringContaining(says)]);
  });

  it('may have a hundred entries', () => {
    expect(request('- {}\n'.repeat(100)).problems).toEqual([]);
  });

  it('has problems that name the field of the list or the annotation', () => {
    const ports = [{ port: 1 }, { port: 2 }];
    const balance = { 'cftunnel.io/balance': 'request' };

    expect(request('[{}]', {}, ports).problems[0]?.message).toMatch(
      /^Set cftunnel\.io\/routes\[0\]\.port: the Service has 1, 2/,
    );
    expect(request('[{origin: {keepAliveConnections: 5}}]', balance).problems[0]?.message).toBe(
      'cftunnel.io/balance: request keeps no connection open, so keep-alive-connections can only be -1',
    );
    expect(request('[{constructor: 1}]').problems[0]?.message).toBe(
      'cftunnel.io/routes[0]: unknown field "constructor"',
    );
    expect(request('[{origin: {orign: 1}}]').problems[0]?.message).toBe(
      'cftunnel.io/routes[0].origin: unknown field "orign"',
    );
  });

  it('cannot be combined with the annotations of a single route', () => {
    const single = {
      'cftunnel.io/path': '/x',
      'cftunnel.io/hostname': 'b.example.com',
      'cftunnel.io/origin-http2': 'true',
    };

    expect(request('[{hostname: a.example.com}]', single).problems.map(({ message }) => message)).toEqual([
      'cftunnel.io/hostname: cannot be combined with cftunnel.io/routes; move it into the list',
      'cftunnel.io/path: cannot be combined with cftunnel.io/routes; move it into the list',
      'cftunnel.io/origin-http2: cannot be combined with cftunnel.io/routes; move it into the list',
    ]);
  });

  it('gets targets or a problem, whatever it is', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.array(fc.jsonValue()).map((list) => JSON.stringify(list)),
    );

    fc.assert(
      fc.property(anyText, (text) => {
        const { routes, problems } = request(text);
        expect(problems.length > 0 || routes.every(({ target }) => target !== undefined)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

const PORTS: readonly ServicePort[] = [{ name: 'http', port: 80 }, { port: 9000 }];

function request(routes: string, annotations: Readonly<Record<string, string>> = {}, ports = PORTS) {
  return requestOf(aService('shop/web', { ports, annotations: { 'cftunnel.io/routes': routes, ...annotations } }));
}
