import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ObjectKey, Service } from '../../../src/api/objects.ts';
import { byAge, keyOf } from '../../../src/core/keys.ts';
import type { MigrationInput } from '../../../src/core/migrate/facts.ts';
import { planMigration } from '../../../src/core/migrate/migration.ts';
import { inForce } from '../../../src/core/migrate/served-rules.ts';
import type { ServedRule, Takeover } from '../../../src/core/migrate/takeover.ts';
import { ruleOf } from '../../../src/core/ingress/rule.ts';
import type { Hostname } from '../../../src/core/model/hostname.ts';
import { byPrecedence } from '../../../src/core/model/precedence.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { parseService } from '../../../src/core/sources/service/parse.ts';
import { aService } from '../../support/builders.ts';
import { PARSERS } from '../../support/parsers.ts';
import { NOTHING_RELATED } from '../../support/sources.ts';
import { aRule, aTakeover, anInput, withPorts } from './a-cluster.ts';

const WEB = withPorts('shop/web', 80, 443);

function plan(takeover: Partial<Takeover>, facts: Partial<MigrationInput> = {}) {
  const input = anInput({ services: [WEB], ...facts });
  return planMigration({ takeovers: [aTakeover(takeover)], problems: [] }, input);
}

function problemsOf(rules: readonly ServedRule[], facts: Partial<MigrationInput> = {}): readonly string[] {
  return plan({ rules }, facts).problems.map(({ effect, message }) => `${effect}: ${message}`);
}

/** The rules that the operator makes of the Services in a plan. */
function rulesOf({ objects }: ReturnType<typeof plan>, services: readonly Service[]) {
  const annotated = objects.filter(({ kind }) => kind === 'Service') as unknown as readonly Service[];
  const merged = annotated.map((object): Service => {
    const present = services.find((service) => keyOf(service) === keyOf(object)) ?? object;
    return { ...present, metadata: { ...present.metadata, annotations: object.metadata.annotations ?? {} } };
  });
  const requests = merged
    .toSorted(byAge)
    .map((service) => ({ key: keyOf(service), request: parseService(service, PARSERS, NOTHING_RELATED) }));
  expect(requests.flatMap(({ request }) => request.problems)).toEqual([]);
  const routes = requests.flatMap(({ key, request }) =>
    request.routes.flatMap(({ hostnames, target }) => hostnames.map((hostname) => routeOf(key, hostname, target))),
  );
  return routes.toSorted(byPrecedence).map(ruleOf);
}

function routeOf(source: ObjectKey, hostname: Hostname, target: Partial<Route> | undefined): Route {
  return { source, hostname, origin: '', ...target };
}

describe('a Tunnel', () => {
  it('admits the namespaces of its Services, and no others', () => {
    const services = [WEB, withPorts('blog/web', 80)];
    const rules = [aRule('a.example.com', 'http://web.shop.svc'), aRule('b.example.com', 'http://web.blog.svc')];

    expect(plan({ rules }, { services }).objects[0]).toMatchObject({
      spec: {
        allowedRoutes: {
          namespaces: {
            from: 'Selector',
            selector: {
              matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['blog', 'shop'] }],
            },
          },
        },
      },
    });
  });

  it('is blocked if it would need a setting that is none', () => {
    const message = expect.stringMatching(/connectTimeout "5" must be a duration/);

    expect(plan({ defaults: { connectTimeout: 5 } }).problems).toEqual([{ effect: 'blocked', message }]);
  });
});

describe('a rule', () => {
  it.each([
    {
      case: 'leads nowhere',
      rule: aRule('a.example.com', 'unix:/a'),
      says: /^blocked: a\.example\.com cannot be migrated: "unix:\/a" is nothing that a Service can be\. Remove that rule first$/,
    },
    {
      case: 'leads to a Service that is gone',
      rule: aRule('a.example.com', 'http://x.shop.svc'),
      says: /^left: a\.example\.com leads to Service shop\/x, which does not exist, so it is left out$/,
    },
    {
      case: 'leads to a port that is not listed',
      rule: aRule('a.example.com', 'http://web.shop.svc:8080'),
      says: /^blocked: a\.example\.com leads to port 8080 of Service shop\/web, which does not list it\. Add it there$/,
    },
    {
      case: 'answers like the last one',
      rule: aRule('a.example.com', 'http_status:404'),
      says: /^left: a\.example\.com answers http_status:404, as every unknown hostname does, so it is left out\. Remove its DNS record$/,
    },
    {
      case: 'has no valid hostname',
      rule: aRule('localhost', 'http://web.shop.svc'),
      says: /^blocked: The hostname "localhost" must have at least two labels, such as app\.example\.com$/,
    },
    {
      case: 'has a path that is no pattern',
      rule: aRule('a.example.com', 'http://web.shop.svc', { path: '(' }),
      says: /^blocked: The path of a\.example\.com with path "\(" /,
    },
    {
      case: 'requires Access',
      rule: aRule('a.example.com', 'http://web.shop.svc', { originRequest: { access: { required: true } } }),
      says: /access\.required has no counterpart here/,
    },
    {
      case: 'limits addresses',
      rule: aRule('a.example.com', 'http://web.shop.svc', { originRequest: { ipRules: [{}] } }),
      says: /ipRules have no counterpart here/,
    },
    {
      case: 'trusts certificates from nowhere',
      rule: aRule('a.example.com', 'https://web.shop.svc', { originRequest: { caPool: '/a.pem' } }),
      says: /caPool \/a\.pem is in no ConfigMap or Secret/,
    },
  ])('is named if it $case', ({ rule, says }) => {
    expect(problemsOf([rule])).toEqual([expect.stringMatching(says)]);
  });

  it('for an address outside of the cluster gets a Service, and keeps the name that its certificate has', () => {
    const rules = [aRule('a.example.com', 'https://nas.local:5001'), aRule('b.example.com', 'http://10.0.0.5:8080')];

    const { objects, problems } = plan({ rules });

    expect(problems).toEqual([]);
    expect(objects.slice(1)).toMatchObject([
      {
        metadata: { name: 'nas-local-5001', annotations: { 'cftunnel.io/origin-server-name': 'nas.local' } },
        spec: { type: 'ExternalName', externalName: 'nas.local', ports: [{ port: 5001 }] },
      },
      { kind: 'Service', metadata: { name: 'host-10-0-0-5-8080' }, spec: { ports: [{ port: 8080 }] } },
      {
        kind: 'EndpointSlice',
        metadata: { labels: { 'kubernetes.io/service-name': 'host-10-0-0-5-8080' } },
        endpoints: [{ addresses: ['10.0.0.5'] }],
      },
    ]);
  });

  it('that would change its place among others is blocked', () => {
    const services = [
      aService('shop/old', { createdAt: '2026-01-01T00:00:00Z' }),
      aService('shop/new', { createdAt: '2026-01-02T00:00:00Z' }),
    ];
    const rules = [
      aRule('a.example.com', 'http://new.shop.svc', { path: '/api' }),
      aRule('a.example.com', 'http://old.shop.svc', { path: '/app' }),
    ];

    expect(problemsOf(rules, { services })).toEqual([
      expect.stringMatching(
        /^blocked: a\.example\.com with path "\/api" comes before .* would go to Service shop\/old\. Anchor/,
      ),
    ]);
    expect(
      problemsOf(
        rules.map((rule) => ({ ...rule, path: `^${rule.path ?? ''}(/|$)` })),
        { services },
      ),
    ).toEqual([]);
  });

  it('with a path that is meant as a prefix becomes one where its place would change otherwise', () => {
    const services = [
      aService('shop/old', { createdAt: '2026-01-01T00:00:00Z' }),
      aService('shop/new', { createdAt: '2026-01-02T00:00:00Z' }),
    ];
    const meant = { isPrefixMeant: true } as const;
    const rules = [
      aRule('a.example.com', 'http://new.shop.svc', { ...meant, path: '/api/v2' }),
      aRule('a.example.com', 'http://old.shop.svc', { ...meant, path: '/api/' }),
      aRule('b.example.com', 'http://old.shop.svc', { ...meant, path: '/api' }),
    ];

    const { objects, problems } = plan({ rules }, { services });

    expect(problems.map(({ effect, message }) => `${effect}: ${message}`)).toEqual([
      expect.stringMatching(/^left: \/api\/v2 of a\.example\.com matches anywhere/),
      expect.stringMatching(/^left: \/api\/ of a\.example\.com matches anywhere/),
    ]);
    expect(objects[1]?.metadata.annotations).toMatchObject({
      'cftunnel.io/path': '/api/v2',
      'cftunnel.io/path-type': 'Prefix',
    });
    expect(objects[2]?.metadata.annotations?.['cftunnel.io/routes']).toBe(
      '- {"hostname":"a.example.com","path":"/api","pathType":"Prefix","port":80,"protocol":"http"}\n- {"hostname":"b.example.com","path":"/api","pathType":"Regex","port":80,"protocol":"http"}\n',
    );
  });

  it('with a path of a wildcard before a hostname that it covers is blocked', () => {
    const rules = [
      aRule('*.example.com', 'http://web.shop.svc', { path: '/api' }),
      aRule('a.example.com', 'http://web.shop.svc:443'),
    ];

    expect(problemsOf(rules)).toEqual([
      expect.stringMatching(/^blocked: \*\.example\.com with path "\/api" comes before a/),
    ]);
  });
});

/** The Service with these annotations. */
function withAnnotations(annotations: Readonly<Record<string, string>>) {
  return { services: [{ ...WEB, metadata: { ...WEB.metadata, annotations } }] };
}

describe('a Service', () => {
  it.each([
    {
      case: 'shares a hostname with one of another namespace',
      rules: [
        aRule('a.example.com', 'http://web.shop.svc', { path: '^/a' }),
        aRule('a.example.com', 'http://web.blog.svc', { path: '^/b' }),
      ],
      message: /leads to Services in the namespaces shop, blog/,
    },
    {
      case: 'has records of both kinds',
      rules: [
        aRule('a.example.com', 'http://web.shop.svc'),
        aRule('b.example.com', 'http://web.shop.svc', { hasManagedRecord: false }),
      ],
      message: /has hostnames whose record the other tool manages, and others/,
    },
  ])('is blocked if it $case', ({ rules, message }) => {
    const services = [WEB, withPorts('blog/web', 80)];

    expect(problemsOf(rules, { services })).toEqual([expect.stringMatching(message)]);
  });

  it('is blocked by annotations of ours that say something else, and not by the same ones', () => {
    const rules = [aRule('a.example.com', 'http://web.shop.svc')];
    const [, migrated] = plan({ rules }).objects;

    expect(problemsOf(rules, withAnnotations(migrated?.metadata.annotations ?? {}))).toEqual([]);
    expect(problemsOf(rules, withAnnotations({ 'cftunnel.io/hostname': 'b.example.com' }))).toEqual([
      expect.stringMatching(/^blocked: Service shop\/web has annotations of this operator/),
    ]);
  });
});

describe('any migration', () => {
  const SERVICES = [withPorts('shop/web', 80, 443), withPorts('shop/api', 80, 443)];

  it('results in the rules that were in force, in an order that answers the same', () => {
    const rule = fc
      .record({
        hostname: fc.constantFrom('a.example.com', 'b.example.com', '*.example.com'),
        path: fc.option(fc.constantFrom('/', '^/api(/|$)', '^/app', '\\.png$'), { nil: undefined }),
        service: fc.constantFrom('http://web.shop.svc:80', 'https://web.shop.svc:443', 'http://api.shop.svc:80'),
        originRequest: fc.record(
          { noTLSVerify: fc.boolean(), httpHostHeader: fc.constant('x.example'), connectTimeout: fc.constant('5s') },
          { requiredKeys: [] },
        ),
      })
      .map(({ path, ...rest }) => ({ ...rest, ...(path === undefined ? {} : { path }), hasManagedRecord: true }));

    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 6 }), (written) => {
        const rules = inForce(written);
        const migration = plan({ rules }, { services: SERVICES });
        fc.pre(migration.problems.length === 0);

        const ours = rulesOf(migration, SERVICES);

        expect(ours.map(matchOf).toSorted()).toEqual(rules.map(matchOf).toSorted());
        for (const url of ['a.example.com/api', 'a.example.com/app.png', 'b.example.com/x', 'c.example.com/api/y.png'])
          expect(answerTo(url, ours)).toEqual(answerTo(url, rules));
      }),
      { numRuns: 300 },
    );
  });
});

interface AnyRule {
  readonly hostname?: string;
  readonly path?: string;
  readonly service: string;
}

function matchOf({ hostname, path = '', service }: AnyRule): string {
  return `${hostname}${path} ${service}`;
}

/** The first rule that matches, as cloudflared finds it. */
function answerTo(url: string, rules: readonly AnyRule[]): string | undefined {
  const [host = '', ...rest] = url.split('/');
  const matches = ({ hostname = '', path = '' }: AnyRule): boolean =>
    (hostname === host || (hostname.startsWith('*.') && host.endsWith(hostname.slice(1)))) &&
    new RegExp(path).test(`/${rest.join('/')}`);
  return rules.find(matches)?.service;
}
