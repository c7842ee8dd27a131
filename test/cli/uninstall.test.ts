import { beforeAll, expect, it } from '@jest/globals';
import { manifestsIn } from '../support/manifests.ts';
import { shared } from '../support/shared.ts';
import { namespace, tunnel } from '../support/world-objects.ts';
import { startCliWorld } from './a-cli.ts';

const cli = shared(startCliWorld);

beforeAll(async () => {
  const { kube } = cli;
  for (const object of manifestsIn().filter(({ kind }) => ['Namespace', 'Deployment'].includes(kind)))
    await kube.apply(object);
  await kube.create(namespace('shop'));
  await kube.create(tunnel('shop/home'));
});

it('only says what would happen, unless it is told to do it', async () => {
  expect(await cli.run('uninstall')).toEqual({
    code: 1,
    err: '',
    out: [
      'This would happen:',
      '  Tunnel shop/home: being deleted with its records, connectors and tunnel',
      'Nothing was changed. To carry it out, add --yes',
      '',
    ].join('\n'),
  });
  expect(await cli.kube.find('Tunnel', 'shop/home')).toBeDefined();
});

it('deletes every Tunnel, and names the release that Helm has to remove', async () => {
  await cli.kube.patch('Deployment', 'cftunnel-system/cftunnel-operator', {
    metadata: {
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { 'meta.helm.sh/release-name': 'tunnels' },
    },
  });

  const { code, out } = await cli.run('uninstall', '--yes');

  expect(code).toBe(0);
  expect(out).toContain('Tunnel shop/home: deleted\n');
  expect(out).toContain(
    'Deployment cftunnel-system/cftunnel-operator was installed by Helm: helm uninstall tunnels -n cftunnel-system\n',
  );
});

it('says that there is nothing left to delete', async () => {
  expect(await cli.run('uninstall')).toMatchObject({
    out: 'There is no Tunnel to delete.\nNothing was changed. To carry it out, add --yes\n',
  });
});
