import { describe, expect, it } from '@jest/globals';
import type { Ingress } from '../../../../src/core/migrate/facts.ts';
import { inItsOrder, rulesOf } from '../../../../src/core/migrate/strrl/rules.ts';
import type { Service } from '../../../../src/api/objects.ts';
import { aRule, withPorts } from '../a-cluster.ts';

const WEB = withPorts('shop/web', 80, 443);
const HEADLESS: Service = { ...withPorts('shop/headless', 80), spec: { clusterIP: 'None', ports: [{ port: 80 }] } };
const OUTSIDE: Service = {
  ...withPorts('shop/nas', 5001),
  spec: { type: 'ExternalName', externalName: 'nas.local', ports: [{ port: 5001 }] },
};

interface Path {
  readonly path?: string;
  readonly pathType?: string;
  readonly name?: string;
  readonly port?: { readonly name?: string; readonly number?: number };
}

function anIngress(
  settings: Readonly<Record<string, string>>,
  { name = 'web', port = { number: 80 }, ...path }: Path = {},
): Ingress {
  const prefix = 'cloudflare-tunnel-ingress-controller.strrl.dev/';
  const annotations = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${prefix}${key}`, value]));
  const backend = { service: { name, port } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'all', namespace: 'shop', annotations },
    spec: {
      rules: [
        { host: 'App.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', ...path, backend }] } },
        { host: 'empty.example.com' },
      ],
    },
  };
}

describe('an Ingress', () => {
  it('becomes a rule with a pattern, at the port of its Service', () => {
    expect(rulesOf(anIngress({}, { path: '/api', port: { name: 'p443' } }), [WEB])).toEqual({
      rules: [aRule('app.example.com', 'http://web.shop.svc:443', { path: '/api', isPrefixMeant: true })],
    });
  });

  it.each([
    { settings: { 'backend-protocol': 'https' }, originRequest: { noTLSVerify: true } },
    { settings: { 'backend-protocol': 'https', 'proxy-ssl-verify': 'on' }, originRequest: { noTLSVerify: false } },
    { settings: { 'backend-protocol': 'https', 'no-tls-verify': 'false' }, originRequest: { noTLSVerify: false } },
    {
      settings: { 'http-host-header': 'x.example', 'keepalive-connections': '5' },
      originRequest: { httpHostHeader: 'x.example', keepAliveConnections: '5' },
    },
    { settings: { 'origin-server-name': 'x.example' }, originRequest: {} },
    {
      settings: { 'backend-protocol': 'https', 'origin-server-name': 'x.example' },
      originRequest: { noTLSVerify: true, originServerName: 'x.example' },
    },
    {
      settings: { 'no-happy-eyeballs': 'true', 'disable-chunked-encoding': 'true', 'http2-origin': 'true' },
      originRequest: { noHappyEyeballs: true, disableChunkedEncoding: true, http2Origin: true },
    },
    {
      settings: { 'connect-timeout': '1s', 'tls-timeout': '2s', 'tcp-keepalive': '3s', 'keepalive-timeout': '4s' },
      originRequest: { connectTimeout: '1s', tlsTimeout: '2s', tcpKeepAlive: '3s', keepAliveTimeout: '4s' },
    },
  ])('has the settings of $settings', ({ settings, originRequest }) => {
    const result = rulesOf(anIngress(settings), [WEB]);

    expect('rules' in result && result.rules.map((rule) => rule.originRequest)).toStrictEqual([originRequest]);
  });

  it('reaches a name outside of the cluster under that name', () => {
    const ingress = anIngress({ 'backend-protocol': 'https' }, { name: 'nas', port: { number: 5001 } });

    expect(rulesOf(ingress, [OUTSIDE])).toMatchObject({
      rules: [{ originRequest: { originServerName: 'nas.local' } }],
    });
  });

  it.each([
    {
      settings: {},
      path: {},
      rule: aRule('app.example.com', 'http://web.shop.svc:80', { path: '/', isPrefixMeant: true }),
    },
    { settings: {}, path: { path: '' }, rule: aRule('app.example.com', 'http://web.shop.svc:80') },
    {
      settings: { 'backend-protocol': 'https' },
      path: { path: '/api', pathType: 'ImplementationSpecific' },
      rule: aRule('app.example.com', 'https://web.shop.svc:80', {
        path: '/api',
        isPrefixMeant: true,
        originRequest: { noTLSVerify: true },
      }),
    },
  ])('with $settings and path $path becomes a rule', ({ settings, path, rule }) => {
    expect(rulesOf(anIngress(settings, path), [WEB])).toStrictEqual({ rules: [rule] });
  });

  it('has no path if its protocol has none, and no record if it says so', () => {
    const [rule] = [rulesOf(anIngress({ 'backend-protocol': 'ssh', 'disable-dns-management': 'true' }), [WEB])];

    expect(rule).toEqual({ rules: [aRule('app.example.com', 'ssh://web.shop.svc:80', { hasManagedRecord: false })] });
  });

  it.each([
    {
      case: 'a pathType that is not supported',
      ingress: anIngress({}, { pathType: 'Exact' }),
      problem: /pathType "Exact"/,
    },
    {
      case: 'a Service that is gone',
      ingress: anIngress({}, { name: 'gone' }),
      problem: /Service shop\/gone does not exist/,
    },
    { case: 'a port that has no such name', ingress: anIngress({}, { port: { name: 'x' } }), problem: /no port "x"/ },
    {
      case: 'a Service without an address',
      ingress: anIngress({}, { name: 'headless' }),
      problem: /shop\/headless is headless/,
    },
    { case: 'no port', ingress: anIngress({}, { port: {} }), problem: /no port ""/ },
    { case: 'a rule without a host', ingress: { ...anIngress({}), spec: { rules: [{}] } }, problem: /without a host$/ },
  ])('is dropped as a whole for $case', ({ ingress, problem }) => {
    expect(rulesOf(ingress, [WEB, HEADLESS])).toEqual({ problem: expect.stringMatching(problem) });
  });

  it.each([
    ['http2-origin', 'yes'],
    ['http2-origin', 'xtrue'],
    ['no-tls-verify', 'truex'],
    ['disable-dns-management', 'truex'],
    ['disable-dns-management', 'xtrue'],
    ['proxy-ssl-verify', 'xon'],
    ['proxy-ssl-verify', 'onx'],
    ['keepalive-connections', '5x'],
    ['keepalive-connections', 'x5'],
  ])('is dropped as a whole if %s is %s', (key, value) => {
    expect(rulesOf(anIngress({ [key]: value }), [WEB])).toStrictEqual({
      problem: `its annotation ${key} has a value that is not supported there`,
    });
  });

  it('without rules has none', () => {
    const { metadata, apiVersion, kind } = anIngress({});

    expect(rulesOf({ metadata, apiVersion, kind }, [WEB])).toStrictEqual({ rules: [] });
  });
});

it('rules are in the order of the controller: names, then wildcards, and long paths first', () => {
  const rules = [
    aRule('*.example.com', 'x'),
    aRule('b.example.com', 'x'),
    aRule('b.example.com', 'x', { path: '/' }),
    aRule('b.example.com', 'x', { path: '/api' }),
    aRule('a.example.com', 'x'),
  ];

  expect(rules.toSorted(inItsOrder).map(({ hostname, path = '' }) => hostname + path)).toEqual([
    'a.example.com',
    'b.example.com/api',
    'b.example.com/',
    'b.example.com',
    '*.example.com',
  ]);
});
