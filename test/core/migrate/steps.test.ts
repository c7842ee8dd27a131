import { describe, expect, it } from '@jest/globals';
import { type Step, describeStep } from '../../../src/core/migrate/steps.ts';
import type { Release } from '../../../src/core/migrate/takeover.ts';
import { aConfigMap, aTunnel } from '../../support/builders.ts';

const RELEASE = {
  kind: 'release',
  release: { apiVersion: 'v1', kind: 'Service', key: 'shop/web', finalizers: [], annotations: [], labels: [] },
} as const;

function released(parts: Partial<Release>): Step {
  return { ...RELEASE, release: { ...RELEASE.release, ...parts } };
}

describe('a step', () => {
  const rule = { service: 'shop/web', hostname: 'a.example.com', path: undefined };

  it.each<[Step, string]>([
    [
      { kind: 'copy secret', copy: { from: 'a/b', to: 'c/d', keys: { OURS: 'theirs', KEY: 'key' }, literals: {} } },
      'Copy theirs, key of Secret a/b to Secret c/d',
    ],
    [{ kind: 'create object', object: aConfigMap('shop/rules', {}) }, 'Create ConfigMap shop/rules'],
    [
      { kind: 'create tunnel', tunnel: aTunnel('shop/home') },
      'Create Tunnel shop/home without connectors, and wait until it has found its tunnel',
    ],
    [
      { kind: 'stop controller', deployment: 'tool/dns' },
      'Scale Deployment tool/dns to 0, because it would undo what follows',
    ],
    [{ kind: 'annotate', service: 'shop/web', annotations: {} }, 'Annotate Service shop/web'],
    [
      { kind: 'take over rules', tunnel: 'shop/home', rules: [rule] },
      'Let the rules of Tunnel shop/home replace those at Cloudflare, in one write',
    ],
    [
      { kind: 'await rules', tunnel: 'shop/home', rules: [rule, rule] },
      'Wait until Tunnel shop/home has all of its rules (2)',
    ],
    [
      { kind: 'start connectors', tunnel: 'shop/home', replicas: 2 },
      'Scale Tunnel shop/home to 2: its connectors serve beside the former ones',
    ],
    [{ kind: 'await exposure', tunnel: 'shop/home', services: [] }, 'Wait until Tunnel shop/home is Ready'],
    [
      { kind: 'await exposure', tunnel: 'shop/home', services: ['shop/a', 'shop/b'] },
      'Wait until Tunnel shop/home is Ready and has taken over the records of shop/a, shop/b',
    ],
    [
      { kind: 'stop connectors', deployment: 'shop/edge' },
      'Scale Deployment shop/edge to 0: its connectors finish their requests',
    ],
    [
      {
        kind: 'remove ownership',
        tunnel: 'shop/home',
        records: ['a.example.com', 'b.example.com', 'a.example.com'].map((hostname) => ({ hostname, contains: [] })),
      },
      'Remove the TXT records by which the other tool knows a.example.com, b.example.com',
    ],
    [{ kind: 'start controller', deployment: 'tool/dns' }, 'Scale Deployment tool/dns up again'],
    [released({ finalizers: ['a', 'b'] }), 'Remove the finalizer a, b from Service shop/web'],
    [
      released({ annotations: ['c'], labels: ['d', 'e'] }),
      'Remove the annotations c, the labels d, e from Service shop/web',
    ],
    [
      released({ finalizers: ['a'], annotations: ['c'], labels: ['d'], set: { f: 'g', h: 'i' } }),
      'Remove the finalizer a, the annotations c, the labels d from Service shop/web, and set f: g, h: i',
    ],
  ])('of %j says: %s', (step, text) => {
    expect(describeStep(step)).toBe(text);
  });
});
