import { describe, expect, it } from '@jest/globals';
import type { Pod } from '../../../src/api/objects.ts';
import { remoteRule } from '../../../src/core/remote-config/compile.ts';
import {
  appliedByConnectors,
  appliedByPods,
  isLatestVersion,
  servingPods,
} from '../../../src/core/remote-config/applied.ts';
import { catchAllOf, describeRule, rulesOf } from '../../../src/core/remote-config/configuration.ts';

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
