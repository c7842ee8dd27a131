import { expect, it } from '@jest/globals';
import type { Tunnel } from '../../src/api/objects.ts';
import { uninstall } from '../../src/commands/uninstall.ts';
import { aTunnel } from '../support/builders.ts';
import { aCluster } from './a-cluster.ts';

const OPTIONS = { keepsTunnels: false, keepsDefinition: false, timeoutMs: 10_000, namespace: undefined };
const TUNNELS = [aTunnel('blog/home'), aTunnel('shop/home')];

it('one Tunnel that cannot be deleted does not block others, and is reported once', async () => {
  const cluster = aCluster();
  const { installation } = cluster.ctx;
  const stubborn = {
    ...installation,
    remove: (tunnel: Tunnel) =>
      tunnel.metadata.namespace === 'blog' ? Promise.reject(new Error('no')) : installation.remove(tunnel),
  };
  cluster.tunnels = TUNNELS;

  expect(await uninstall({ ...cluster.ctx, installation: stubborn }, OPTIONS)).toBe(false);

  expect(cluster.done).toEqual(['remove shop/home']);
  expect(cluster.said.filter((line) => line === 'Tunnel blog/home: no')).toHaveLength(1);
  expect(cluster.said).toContain('  Tunnel blog/home: it was created again, or cannot be deleted');
});

it('waits for an API server that does not answer', async () => {
  let asked = 0;
  const cluster = aCluster({
    tunnels: async () => {
      asked += 1;
      if (asked < 3) throw new Error('no answer');
      return [];
    },
  });

  expect(await uninstall(cluster.ctx, OPTIONS)).toBe(true);

  expect(cluster.said[0]).toBe('no answer');
});

it('a Tunnel that is kept is suspended before it is deleted', async () => {
  const cluster = aCluster();
  cluster.tunnels = TUNNELS.slice(1);

  await uninstall(cluster.ctx, { ...OPTIONS, keepsTunnels: true });

  expect(cluster.done).toEqual(['set shop/home {"suspend":true,"deletionPolicy":"Retain"}', 'remove shop/home']);
});

it('the CustomResourceDefinition is kept if only one namespace is uninstalled', async () => {
  const cluster = aCluster({ allowDefinitionDelete: () => Promise.reject(new Error('not to be asked')) });

  expect(await uninstall(cluster.ctx, { ...OPTIONS, namespace: 'shop' })).toBe(true);

  expect(cluster.said).toContain('The CustomResourceDefinition is kept, because namespaces other than shop may use it');
});

it('the CustomResourceDefinition stays protected if the installer keeps it', async () => {
  const cluster = aCluster({ allowDefinitionDelete: () => Promise.reject(new Error('not to be asked')) });

  expect(await uninstall(cluster.ctx, { ...OPTIONS, keepsDefinition: true })).toBe(true);

  expect(cluster.said.at(-1)).toBe(
    'The CustomResourceDefinition tunnels.cftunnel.io is kept. You may delete it when the operator is removed',
  );
});

it('prints the command that permits the deletion of the definition, if it is forbidden', async () => {
  const cluster = aCluster({ allowDefinitionDelete: () => Promise.reject(new Error('forbidden')) });

  expect(await uninstall(cluster.ctx, OPTIONS)).toBe(false);

  expect(cluster.said.at(-1)).toBe(
    'forbidden. Allow it by hand: kubectl annotate --overwrite crd/tunnels.cftunnel.io cftunnel.io/allow-delete=true',
  );
});

const ACCESS = ['AccessPolicy', 'AccessServiceToken'].map((kind) => ({
  apiVersion: 'cftunnel.io/v1alpha1',
  kind,
  metadata: { namespace: 'shop', name: kind.toLowerCase(), finalizers: ['cftunnel.io/finalizer'] },
}));

it('service tokens are deleted, and policies left to the operator', async () => {
  const cluster = aCluster();
  cluster.services = ACCESS;
  await uninstall(cluster.ctx, OPTIONS);

  expect(cluster.done).toEqual(['remove shop/accessservicetoken']);
});

it('what is handed over keeps its policies and service tokens', async () => {
  const cluster = aCluster();
  cluster.services = ACCESS;

  expect(await uninstall(cluster.ctx, { ...OPTIONS, keepsTunnels: true })).toBe(true);
  expect(cluster.done).toEqual(['release shop/accesspolicy', 'release shop/accessservicetoken']);
});
