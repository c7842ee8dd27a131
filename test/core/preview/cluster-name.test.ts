import { expect, it } from '@jest/globals';
import { clusterNameIn } from '../../../src/core/preview/cluster-name.ts';
import { aTunnel } from '../../support/builders.ts';

const GENERATED = 'prod/shop/home';

it.each([
  { name: 'no status', traits: {} },
  { name: 'a status without a name', traits: { status: {} } },
  { name: 'the name of another Tunnel', traits: { status: { tunnelName: 'prod/shop/house' } } },
  { name: 'a name that was chosen', traits: { spec: { tunnelName: GENERATED }, status: { tunnelName: GENERATED } } },
  {
    name: 'a tunnel that existed before',
    traits: { spec: { existingTunnel: { name: GENERATED } }, status: { tunnelName: GENERATED } },
  },
])('a Tunnel with $name does not tell the name of the cluster, but the next one does', ({ traits }) => {
  const silent = aTunnel('shop/home', traits);

  expect(clusterNameIn([silent])).toBeUndefined();
  expect(clusterNameIn([silent, aTunnel('shop/home', { status: { tunnelName: GENERATED } })])).toBe('prod');
});
