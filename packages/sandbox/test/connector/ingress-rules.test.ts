import { describe, expect, it } from '@jest/globals';
import { matchRule, parseIngress } from '../../src/connector/ingress-rules.ts';

const CATCH_ALL = { service: 'http_status:404' };
const parse = (...ingress: unknown[]) => parseIngress({ ingress }, 'yaml');

describe('the first matching rule', () => {
  const rules = parse(
    { hostname: 'app.example.com', path: '^/api(/|$)', service: 'http://api:80' },
    { hostname: 'app.example.com', path: '/static', service: 'http://static:80' },
    { hostname: 'app.example.com', service: 'http://app:80' },
    { hostname: 'app.example.com', service: 'http://shadowed:80' },
    { hostname: '*.example.com', service: 'http://wild:80' },
    { hostname: '*example.org', service: 'http://never:80' },
    { hostname: 'bücher.test', service: 'http://idn:80' },
    CATCH_ALL,
  );

  it.each([
    { host: 'app.example.com', path: '/', index: 2 },
    { host: 'app.example.com:8443', path: '/', index: 2 },
    { host: 'app.example.com', path: '/api', index: 0 },
    { host: 'app.example.com', path: '/api/v1', index: 0 },
    { host: 'app.example.com', path: '/apiary', index: 2 },
    { host: 'app.example.com', path: '/deep/static/x', index: 1 },
    { host: 'App.example.com', path: '/', index: 4 },
    { host: 'a.b.example.com', path: '/', index: 4 },
    { host: 'example.com', path: '/', index: 7 },
    { host: 'www.example.org', path: '/', index: 7 },
    { host: 'APP.EXAMPLE.COM', path: '/', index: 7 },
    { host: 'bücher.test', path: '/', index: 6 },
    { host: 'xn--bcher-kva.test', path: '/', index: 6 },
    { host: '', path: '/', index: 7 },
  ])('for $host$path is #$index', ({ host, path, index }) => {
    expect(matchRule(rules, host, path)?.index).toBe(index);
  });

  it('is undefined without rules', () => {
    expect(parseIngress({}, 'yaml')).toEqual([]);
    expect(matchRule([], 'app.example.com', '/')).toBeUndefined();
  });
});

describe('a configuration is rejected', () => {
  it.each([
    {
      case: 'without a catch-all',
      ingress: [{ hostname: 'a.test', service: 'http://a:80' }],
      message: 'The last ingress rule must match all URLs (i.e. it should not have a hostname or path filter)',
    },
    {
      case: 'if the last rule has only a path',
      ingress: [{ path: '/x', service: 'http://a:80' }],
      message: 'The last ingress rule must match all URLs (i.e. it should not have a hostname or path filter)',
    },
    {
      case: 'with a catch-all before the end',
      ingress: [{ hostname: '*', service: 'http://a:80' }, CATCH_ALL],
      message:
        "Rule #1 is matching the hostname '*', but this will match every hostname, meaning the rules which follow it will never be triggered.",
    },
    {
      case: 'with a wildcard in the middle',
      ingress: [{ hostname: 'a.*.test', service: 'http://a:80' }, CATCH_ALL],
      message:
        'Hostname patterns can have at most one wildcard character ("*") and it can only be used for subdomains, e.g. "*.example.com"',
    },
    {
      case: 'with a port in the hostname',
      ingress: [{ hostname: 'a.test:80', service: 'http://a:80' }, CATCH_ALL],
      message: 'Hostname cannot contain a port',
    },
    {
      case: 'with a service without a scheme',
      ingress: [{ service: 'svc:80' }],
      message: 'svc:80 is an invalid address, please make sure it has a scheme and a hostname',
    },
    {
      case: 'with a path in the service, even "/"',
      ingress: [{ service: 'http://a:80/' }],
      message: /^http:\/\/a:80\/ is an invalid address, ingress rules don't support proxying to a different path/,
    },
    {
      case: 'with an invalid status',
      ingress: [{ service: 'http_status:99' }],
      message: 'invalid HTTP status code: 99',
    },
    {
      case: 'with a status that is not a number',
      ingress: [{ service: 'http_status:x' }],
      message: /^invalid HTTP status code: /,
    },
    {
      case: 'with an invalid regex',
      ingress: [{ path: '[', service: 'http://a:80' }, CATCH_ALL],
      message: /^Rule #1 has an invalid regex: /,
    },
    {
      case: 'with a look-ahead, which RE2 does not support',
      ingress: [CATCH_ALL, CATCH_ALL].map((rule, index) => (index === 0 ? { ...rule, path: '/(?!x)' } : rule)),
      message: 'Rule #1 has an invalid regex: error parsing regexp: invalid or unsupported Perl syntax: `(?!`',
    },
    {
      case: 'with a back-reference, which RE2 does not support',
      ingress: [{ path: '(a)\\1', service: 'http://a:80' }, CATCH_ALL],
      message: /^Rule #1 has an invalid regex: /,
    },
    {
      case: 'with more repetitions than RE2 allows, although JavaScript does',
      ingress: [{ path: 'x{1001}', service: 'http://a:80' }, CATCH_ALL],
      message: 'Rule #1 has an invalid regex: error parsing regexp: invalid repeat count: `{1001}`',
    },
    {
      case: 'with a duration without a unit',
      ingress: [{ service: 'http://a:80', originRequest: { connectTimeout: 30 } }],
      message: 'yaml: unmarshal errors: cannot unmarshal !!int `30` into time.Duration',
    },
    {
      case: 'with a quoted boolean',
      ingress: [{ service: 'http://a:80', originRequest: { noTLSVerify: 'true' } }],
      message: 'yaml: unmarshal errors: cannot unmarshal !!str `true` into bool',
    },
    {
      case: 'with an audience without a team',
      ingress: [{ service: 'http://a:80', originRequest: { access: { required: true, audTag: ['x'] } } }],
      message: /TeamName cannot be blank/,
    },
  ])('$case', ({ ingress, message }) => {
    expect(() => parse(...ingress)).toThrow(message);
  });
});

describe('a service', () => {
  it.each([
    { service: 'http://web.default.svc', expected: { kind: 'http', isTls: false, host: 'web.default.svc', port: 80 } },
    { service: 'https://web:8443', expected: { kind: 'http', isTls: true, host: 'web', port: 8443 } },
    { service: 'wss://web', expected: { kind: 'http', isTls: true, port: 443 } },
    { service: 'http://[::1]:8080', expected: { kind: 'http', host: '::1', port: 8080 } },
    { service: 'unix:/run/web.sock', expected: { kind: 'unix', path: '/run/web.sock', isTls: false } },
    { service: 'http_status:418', expected: { kind: 'status', status: 418 } },
    { service: 'hello_world', expected: { kind: 'hello-world' } },
    { service: 'ssh://bastion', expected: { kind: 'tcp', host: 'bastion', port: 22 } },
    { service: 'tcp://db.default.svc:5432', expected: { kind: 'tcp', host: 'db.default.svc', port: 5432 } },
    { service: 'foo://nonsense', expected: { kind: 'tcp', port: 7864 } },
    { service: 'socks-proxy', expected: { kind: 'unsupported' } },
  ])('$service is parsed', ({ service, expected }) => {
    expect(parse({ service })[0]?.service).toMatchObject(expected);
  });
});

const withConnectTimeout = (connectTimeout: unknown) => ({
  ingress: [{ service: 'http://a:80', originRequest: { connectTimeout } }],
});

describe('originRequest', () => {
  it('merges defaults, top level and rule, and ignores unknown keys', () => {
    const config = {
      originRequest: { connectTimeout: '1m30s', keepAliveConnections: -1, noTlsVerify: true },
      ingress: [{ service: 'https://a:443', originRequest: { connectTimeout: '500ms' } }],
    };

    const [rule] = parseIngress(config, 'yaml');

    expect(rule?.originRequest).toMatchObject({
      connectTimeout: 500,
      keepAliveConnections: -1,
      tlsTimeout: 10_000,
      noTLSVerify: false,
    });
  });

  it('has durations in whole seconds in JSON', () => {
    expect(parseIngress(withConnectTimeout(30), 'json')[0]?.originRequest.connectTimeout).toBe(30_000);
    expect(() => parseIngress(withConnectTimeout('30s'), 'json')).toThrow('strconv.ParseInt: parsing "\\"30s\\""');
    expect(() => parseIngress(withConnectTimeout(1.5), 'json')).toThrow('strconv.ParseInt: parsing "1.5"');
  });

  it('makes every URL rule a bastion if the top level has bastionMode', () => {
    const [rule] = parseIngress(
      { originRequest: { bastionMode: true }, ingress: [{ service: 'http://a:80' }] },
      'yaml',
    );

    expect(rule?.service.kind).toBe('unsupported');
  });
});
