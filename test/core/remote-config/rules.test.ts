import { describe, expect, it } from '@jest/globals';
import type { Pod } from '../../../src/api/objects.ts';
import { filesInForce, sendableRules } from '../../../src/core/remote-config/certificates.ts';
import { remoteRule } from '../../../src/core/remote-config/compile.ts';
import {
  appliedByConnectors,
  appliedByPods,
  isLatestVersion,
  servingPods,
} from '../../../src/core/remote-config/applied.ts';
import { catchAllOf, describeRule, rulesOf } from '../../../src/core/remote-config/configuration.ts';
import { proxyRulesOf } from '../../../src/core/ingress/rule.ts';
import { aProxiedRoute, aRoute } from '../../support/routes.ts';

it.each([
  { file: { connectTimeout: '1m30s' }, remote: { connectTimeout: 90 } },
  { file: { connectTimeout: '100ms' }, remote: { connectTimeout: 1 } },
  { file: { tlsTimeout: '1.1s' }, remote: { tlsTimeout: 2 } },
  { file: { keepAliveTimeout: '3.0s' }, remote: { keepAliveTimeout: 3 } },
  { file: { tcpKeepAlive: '0s' }, remote: { tcpKeepAlive: 0 } },
  { file: { noTLSVerify: true, httpHostHeader: '5s', keepAliveConnections: 3 } },
])('durations are sent in whole seconds, rounded up: $file', ({ file, remote = file }) => {
  expect(remoteRule({ service: 's', originRequest: file })).toEqual({ service: 's', originRequest: remote });
});

const LAST = { service: 'http_status:404' };

describe('a rule that leads to the proxy', () => {
  const route = aProxiedRoute('canary.example.com');
  const plain = { hostname: 'canary.example.com', service: 'http://web.shop.svc:80' };
  const proxied = proxyRulesOf([route]).get(route)?.rule;
  const send = (inForce: readonly object[], isInPlace: boolean, isProxied: boolean) =>
    sendableRules([route], { ingress: [...inForce, LAST] }, { isInPlace, isProxied: () => isProxied }).map(
      ({ rule }) => rule,
    );

  it.each([
    {
      case: 'is sent once every pod has the proxy, and has read the hostname',
      inForce: [],
      isInPlace: true,
      isProxied: true,
      sent: [proxied],
    },
    {
      case: 'waits for a proxy that has not read the hostname',
      inForce: [],
      isInPlace: true,
      isProxied: false,
      sent: [],
    },
    { case: 'waits for a pod that has no proxy', inForce: [], isInPlace: false, isProxied: true, sent: [] },
    {
      case: 'leaves the former rule in force while it waits',
      inForce: [plain],
      isInPlace: false,
      isProxied: true,
      sent: [plain],
    },
    {
      case: 'stays in force after a restart',
      inForce: [{ ...proxied }],
      isInPlace: true,
      isProxied: false,
      sent: [proxied],
    },
  ])('$case', ({ inForce, isInPlace, isProxied, sent }) => {
    expect(send(inForce, isInPlace, isProxied)).toEqual(sent);
  });
});

describe('certificates', () => {
  const plain = aRoute('plain.example.com', 'shop/plain');
  const secure = { ...aRoute('secure.example.com', 'shop/secure'), caPool: { name: 'ca', fingerprint: 'new' } };
  const inForce = {
    hostname: 'secure.example.com',
    service: 'https://old',
    originRequest: { caPool: '/etc/cloudflared/config/ca-old.pem' },
  };
  const caPool = '/etc/cloudflared/config/ca-new.pem';

  it.each([
    { name: 'that every connector has', arePlaced: true, ingress: [inForce], rules: [{ originRequest: { caPool } }] },
    {
      name: 'that some connector lacks leave the rule in force',
      arePlaced: false,
      ingress: [inForce],
      rules: [inForce],
    },
    { name: 'that some connector lacks hold back a new rule', arePlaced: false, ingress: [], rules: [] },
  ])('$name', ({ arePlaced, ingress, rules }) => {
    const sent = sendableRules(
      [plain, secure],
      { ingress: [...ingress, LAST] },
      { isInPlace: arePlaced, isProxied: () => false },
    );

    expect(sent.map(({ route }) => route)).toEqual([plain, secure].slice(0, 1 + rules.length));
    expect(sent.slice(1).map(({ rule }) => rule)).toMatchObject(rules);
  });

  it('are kept only for rules in force', () => {
    const elsewhere = { hostname: 'b.example.com', originRequest: { caPool: '/etc/ssl/ca-old.pem' } };
    const unknown = { hostname: 'c.example.com', originRequest: { caPool: '/etc/cloudflared/config/ca-gone.pem' } };
    const known = { 'ca-old.pem': 'PEM', 'config.yaml': 'no certificate', 'ca-unused.pem': 'PEM' };

    expect(filesInForce({ ingress: [inForce, elsewhere, unknown] }, known)).toEqual({ 'ca-old.pem': 'PEM' });
  });
});

describe('a version of the rules', () => {
  it.each([
    { pods: [['a', 3]], is: { isApplied: true, behind: [] } },
    { pods: [['a', 4]], is: { isApplied: true, behind: [] } },
    {
      pods: [
        ['b', 2],
        ['a', -1],
        ['c', 3],
      ],
      is: { isApplied: false, behind: ['a', 'b'] },
    },
    { pods: [['a', undefined]], is: { isApplied: false, behind: ['a'] } },
    { pods: [], is: { isApplied: false, behind: [] } },
  ] as const)('is applied once every ready pod runs it: $pods', ({ pods, is }) => {
    expect(
      appliedByPods(
        3,
        pods.map(([name, version]) => ({ pod: name, version })),
      ),
    ).toEqual(is);
  });

  it.each([
    { versions: [3, 4], ready: 2, isApplied: true },
    { versions: [3, 2], ready: 1, isApplied: false, behind: ['connector 1'] },
    { versions: [3], ready: 2, isApplied: false },
    { versions: [3], ready: 0, isApplied: false },
  ])('is applied once Cloudflare lists enough connectors, all with it: $versions for $ready', (one) => {
    const connected = one.versions.map((configVersion, index) => ({ id: String(index), configVersion }));

    expect(appliedByConnectors(3, connected, one.ready)).toEqual({
      isApplied: one.isApplied,
      behind: one.behind ?? [],
    });
  });

  it.each([
    { versions: [3, 3], isLatest: true },
    { versions: [2, 3], isLatest: true },
    { versions: [3, 4], isLatest: false },
    { versions: [2], isLatest: false },
    { versions: [3, undefined], isLatest: false },
    { versions: [], isLatest: false },
  ])(
    'is the latest if some pod runs it, and none a later one or an unknown one: $versions',
    ({ versions, isLatest }) => {
      expect(
        isLatestVersion(
          3,
          versions.map((version) => ({ pod: 'a', version })),
        ),
      ).toBe(isLatest);
    },
  );

  it('is requested from pods that receive traffic', () => {
    const pods = [pod('a', 'True'), pod('b', 'False'), pod('c', 'True', '2026-01-01T00:00:00Z')];

    expect(servingPods(pods).map(({ metadata }) => metadata.name)).toEqual(['a']);
  });
});

describe('a configuration', () => {
  it.each([
    { ingress: undefined, rules: [], last: undefined },
    { ingress: ['x', { service: 'a' }], rules: [], last: { service: 'a' } },
    { ingress: [{ hostname: '*', service: 'a' }], rules: [], last: { hostname: '*', service: 'a' } },
    { ingress: [{ path: '/x', service: 'a' }], rules: [{ path: '/x', service: 'a' }], last: undefined },
  ])('has rules and a catch-all rule: $ingress', ({ ingress, rules, last }) => {
    expect([rulesOf({ ingress }), catchAllOf({ ingress })]).toEqual([rules, last]);
  });

  it('describes a rule by what it matches and where it leads', () => {
    expect(describeRule({ path: '^/api', service: 'http://a' })).toBe('* (path ^/api) -> http://a');
  });
});

function pod(name: string, status: string, deletionTimestamp?: string): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) },
    status: {
      conditions: [
        { type: 'Initialized', status: 'True' },
        { type: 'Ready', status },
      ],
    },
  };
}
