import { describe, expect, it } from '@jest/globals';
import { flagOf, replicasOf, runningImage, schedulingOf, variableOf } from '../../../src/core/migrate/deployments.ts';
import { byKey } from '../../../src/core/migrate/facts.ts';
import { running, type WorkloadTraits } from './a-cluster.ts';

const BARE = running('shop/bare', {}, { spec: { template: {} } });

it.each<{ name: string; traits: WorkloadTraits; replicas: number }>([
  { name: 'the default', traits: {}, replicas: 1 },
  { name: 'its own', traits: { spec: { replicas: 3 } }, replicas: 3 },
  { name: 'none', traits: { spec: { replicas: 0 } }, replicas: 0 },
  {
    name: 'those before a migration stopped it',
    traits: { spec: { replicas: 0 }, annotations: { 'cftunnel.io/replicas-before-migration': '4' } },
    replicas: 4,
  },
  {
    name: 'its own again',
    traits: { spec: { replicas: 2 }, annotations: { 'cftunnel.io/replicas-before-migration': '4' } },
    replicas: 2,
  },
  {
    name: 'none if nobody can read those before',
    traits: { spec: { replicas: 0 }, annotations: { 'cftunnel.io/replicas-before-migration': 'many' } },
    replicas: 0,
  },
])('a Deployment has as many pods as it had: $name', ({ traits, replicas }) => {
  expect(replicasOf(running('shop/web', {}, traits))).toBe(replicas);
});

it('a Deployment without metadata of its own has one pod', () => {
  expect(replicasOf({ ...BARE, metadata: { name: 'bare' } })).toBe(1);
});

it.each([
  { spec: { nodeSelector: { disk: 'ssd' }, tolerations: [{ key: 'a' }], priorityClassName: 'high' } },
  { spec: { nodeSelector: { disk: 'ssd' } } },
  { spec: {} },
])('what decides where pods run is $spec', ({ spec }) => {
  expect(schedulingOf(running('shop/web', {}, { spec: { template: { spec } } }))).toStrictEqual(spec);
  expect(schedulingOf(BARE)).toStrictEqual({});
});

it('Deployments are found by the image of any container', () => {
  const [web, other] = [running('shop/web', { image: 'a/web:1' }), running('shop/other', { image: 'a/other:1' })];
  const containers = [{ image: 'sidecar' }, {}, { image: 'a/web:2' }];
  const beside = running('shop/beside', {}, { spec: { template: { spec: { containers } } } });

  expect(runningImage([web, other, beside, BARE], /web/)).toStrictEqual([web, beside]);
});

describe('the first container', () => {
  const workload = running('shop/web', {
    command: ['/web', '--name=a=b', '--joined', 'c'],
    args: ['--last', '--name', 'd', '--end'],
    env: [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ],
  });

  it.each([
    ['name', 'a=b'],
    ['joined', 'c'],
    ['last', '--name'],
    ['end', ''],
    ['nam', undefined],
    ['web', undefined],
  ])('has the flag %s: %s', (name, value) => {
    expect(flagOf(workload, name)).toBe(value);
    expect(flagOf(BARE, name)).toBeUndefined();
  });

  it('has variables', () => {
    expect(variableOf(workload, 'B')).toStrictEqual({ name: 'B', value: '2' });
    expect([variableOf(workload, 'C'), variableOf(BARE, 'B'), variableOf(running('a/b', {}), 'B')]).toStrictEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

it('an object is found by its namespace and name', () => {
  const objects = [running('shop/web', {}), running('blog/web', {}), running('blog/api', {})];

  expect(byKey(objects, 'blog/web')).toBe(objects[1]);
  expect(byKey(objects, 'blog/we')).toBeUndefined();
});
