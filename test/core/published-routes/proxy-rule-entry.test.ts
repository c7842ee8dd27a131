import { describe, expect, it } from '@jest/globals';
import type { Filter, ProxyRule } from '../../../src/core/model/proxy-rule.ts';
import { BROKEN } from '../../../src/core/published-routes/decoders.ts';
import { inOrder, proxyRule } from '../../../src/core/published-routes/proxy-rule-entry.ts';

const CHANGE = { set: [{ name: 'a', value: 'b' }], add: [{ name: 'c', value: 'd' }], remove: ['e'] };
const BACKEND = { service: 'shop/web', port: 80, protocol: 'http' } as const;
const TLS = {
  serverName: 'web.internal',
  subjectAltNames: [
    { type: 'DNS', value: 'a' },
    { type: 'URI', value: 'b' },
  ],
  caPool: { name: 'ca', key: 'ca.crt', fingerprint: 'f' },
} as const;

const FILTERS: readonly Filter[] = [
  { type: 'RequestHeaders', ...CHANGE },
  { type: 'ResponseHeaders', ...CHANGE },
  {
    type: 'Redirect',
    statusCode: 301,
    scheme: 'https',
    hostname: 'b.example.com',
    port: 8443,
    path: { type: 'Full', value: '/' },
  },
  { type: 'Redirect', statusCode: 308, scheme: 'http' },
  { type: 'Rewrite', hostname: 'b.example.com', path: { type: 'Prefix', value: '/b' } },
  { type: 'Mirror', backend: BACKEND, fraction: { numerator: 1, denominator: 10 } },
  {
    type: 'Cors',
    allowOrigins: ['*'],
    allowMethods: ['GET'],
    allowHeaders: ['x'],
    exposeHeaders: ['y'],
    allowCredentials: false,
    maxAgeSeconds: 5,
  },
];

/** A rule with every field that there is, in the order in which they are read. */
const WHOLE: ProxyRule = {
  backends: [
    { weight: 1, backend: { ...BACKEND, protocol: 'https', tls: TLS, isHttp2: true }, filters: FILTERS },
    { weight: 0, backend: { ...BACKEND, protocol: 'h2c' } },
    { weight: 0 },
  ],
  match: { method: 'GET', headers: [{ name: 'a', value: 'b', isPattern: true }], query: [{ name: 'c', value: 'd' }] },
  filters: FILTERS,
  timeouts: { requestMs: 1000, attemptMs: 0 },
  retry: { attempts: 2, codes: [503], backoffMs: 25 },
  session: { type: 'Cookie', name: 'a', path: '/', lifetimeMs: 1000 },
  isHttp2: true,
};
const HEADER_SESSION: ProxyRule = { backends: [], session: { type: 'Header', name: 'x-session' } };

type Path = readonly (string | number)[];

/** The paths of all values in a rule. */
function pathsIn(value: unknown, at: Path = []): readonly Path[] {
  const parts = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [at, ...parts.flatMap(([key, part]) => pathsIn(part, [...at, key]))];
}

/** The rule with another value at a path. */
function changed(value: unknown, [first, ...rest]: Path, to: (value: unknown) => unknown): unknown {
  if (first === undefined) return to(value);
  if (Array.isArray(value))
    return value.map((item, index) => (index === Number(first) ? changed(item, rest, to) : item));
  const fields = value as Readonly<Record<string, unknown>>;
  return { ...fields, [first]: changed(fields[first], rest, to) };
}

/** An object with a field that there is not, and an object for anything else. */
function withMore(value: unknown): object {
  return typeof value === 'object' && !Array.isArray(value) ? { ...value, more: 1 } : { value };
}

describe('a proxy rule', () => {
  it.each([WHOLE, HEADER_SESSION, { backends: [], timeouts: {}, match: {} }])(
    'is read as it was written: %j',
    (rule) => {
      expect(proxyRule(rule)).toStrictEqual(rule);
    },
  );

  it.each([WHOLE, HEADER_SESSION])('is broken if a person has put something else anywhere in %j', (rule) => {
    const isRead = (path: Path, to: (value: unknown) => unknown) => proxyRule(changed(rule, path, to)) !== BROKEN;
    const paths = pathsIn(rule);

    expect(paths.filter((path) => isRead(path, () => null))).toStrictEqual([]);
    expect(paths.filter((path) => isRead(path, withMore))).toStrictEqual([]);
  });

  it.each([
    ['backends'],
    ['retry', 'attempts'],
    ['retry', 'codes'],
    ['session', 'name'],
    ['session', 'path'],
    ['backends', 0, 'weight'],
    ...['service', 'port', 'protocol'].map((key) => ['backends', 0, 'backend', key]),
    ['backends', 0, 'backend', 'tls', 'serverName'],
    ['backends', 0, 'backend', 'tls', 'caPool', 'name'],
    ...['type', 'value'].map((key) => ['backends', 0, 'backend', 'tls', 'subjectAltNames', 0, key]),
    ...['name', 'value'].flatMap((key) => [
      ['match', 'headers', 0, key],
      ['filters', 0, 'set', 0, key],
    ]),
    ['filters', 2, 'statusCode'],
    ...['type', 'value'].map((key) => ['filters', 2, 'path', key]),
    ['filters', 5, 'backend'],
    ...['numerator', 'denominator'].map((key) => ['filters', 5, 'fraction', key]),
    ...Object.keys(FILTERS[6] ?? {}).map((key) => ['filters', 6, key]),
  ] as readonly Path[])('is broken without a value at %j', (...path) => {
    expect(proxyRule(JSON.parse(JSON.stringify(changed(WHOLE, path, () => undefined))))).toBe(BROKEN);
  });

  it('is written with its fields in one order, and as it is if nobody could read it', () => {
    const { isHttp2, backends, ...rest } = WHOLE;
    const broken = { ...WHOLE, backends: [{ weight: -1 }] };

    expect(JSON.stringify(inOrder({ ...(isHttp2 && { isHttp2 }), ...rest, backends }))).toBe(JSON.stringify(WHOLE));
    expect(inOrder(broken)).toBe(broken);
  });
});
