import { expect, it } from '@jest/globals';
import { release } from '../../src/commands/release.ts';
import { aService, aTunnel } from '../support/builders.ts';
import { aRoute } from '../support/routes.ts';
import { aCluster } from './a-cluster.ts';

const OPTIONS = { isForced: false, cluster: 'prod', hash: (text: string) => text };
const STATUS = { tunnelId: 'id-1', tunnelName: 'prod/shop/home' };
const HOME = aTunnel('shop/home', { finalized: true, status: STATUS });
const WEB = aService('shop/web', { finalized: true });

it('lists what is not cleaned up', async () => {
  const cluster = aCluster({ publishedRoutes: async () => [aRoute('app.example.com')] });
  cluster.tunnels = [HOME];

  expect(await release(cluster.ctx, OPTIONS)).toBe(true);

  expect(cluster.said).toEqual([
    'Tunnel shop/home: released',
    '  Left behind at Cloudflare: tunnel prod/shop/home (id-1), and records of app.example.com and any others with the comment "cftunnel.io owner=prod/shop/home". Remove them in the Cloudflare dashboard',
    'No Tunnel, Service, Ingress or route has the finalizer of the operator',
  ]);
});

it('one object that cannot be written does not block others', async () => {
  const cluster = aCluster();
  const { installation } = cluster.ctx;
  const stubborn = {
    ...installation,
    release: (object: typeof HOME | typeof WEB) =>
      object.kind === 'Service' ? Promise.reject(new Error('a webhook says no')) : installation.release(object),
  };
  cluster.services = [WEB];
  cluster.tunnels = [HOME];

  expect(await release({ ...cluster.ctx, installation: stubborn }, OPTIONS)).toBe(false);

  expect(cluster.done).toEqual(['release shop/home']);
  expect(cluster.said.at(-1)).toBe('Service shop/web: a webhook says no');
});

it.each([
  { what: 'renews its Lease is running', beat: (asked: number) => `pod ${asked}`, isRunning: true },
  {
    what: 'was killed is not running, once its Lease has not changed for a while',
    beat: () => 'pod 1',
    isRunning: false,
  },
])('an operator that $what', async ({ beat, isRunning }) => {
  let asked = 0;
  const cluster = aCluster({ heartbeat: async () => beat((asked += 1)) });
  cluster.services = [WEB];

  expect(await release(cluster.ctx, OPTIONS)).toBe(!isRunning);
  expect(cluster.done).toEqual(isRunning ? [] : ['release shop/web']);
  expect(cluster.startOrContinue()).toBeGreaterThan(0);
});

it('--force ignores a running operator', async () => {
  const cluster = aCluster({ heartbeat: () => Promise.reject(new Error('not to be asked')) });
  cluster.services = [WEB];

  expect(await release(cluster.ctx, { ...OPTIONS, isForced: true })).toBe(true);
});
