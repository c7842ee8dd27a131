import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { VERSION } from '../../src/version.ts';
import { manifestsIn } from '../support/manifests.ts';
import { shared } from '../support/shared.ts';
import { kubeconfigFor } from '../support/cli-process.ts';
import { runWith, startCliWorld } from './a-cli.ts';

const cli = shared(startCliWorld);

function deployment(name: string, labels: Readonly<Record<string, string>>) {
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'r/image:1.0.0' }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'cftunnel-system', labels: { 'app.kubernetes.io/part-of': 'cftunnel', ...labels } },
    spec: { selector: { matchLabels: labels }, template },
  };
}

describe('version', () => {
  it('without a cluster shows that of the program', async () => {
    expect(await cli.run('version', '--client')).toEqual({
      code: 0,
      out: `PROGRAM    VERSION\ncftunnel   ${VERSION}\n`,
      err: '',
    });
  });

  it('shows it too if the cluster does not answer, and then says why', async () => {
    const config = join(cli.folder, 'down.yaml');
    await writeFile(config, kubeconfigFor('http://127.0.0.1:1'));

    expect(await runWith({ env: { KUBECONFIG: config } }, 'version')).toEqual({
      code: 1,
      out: `PROGRAM    VERSION\ncftunnel   ${VERSION}\n`,
      err: expect.stringMatching(/^cftunnel: .* refuses the connection\n$/),
    });
  });

  it('says that no operator is to be seen', async () => {
    const { out } = await cli.run('version');

    expect(out).toContain('operator     not found, or not visible to you\n');
    expect(out).toMatch(/^Kubernetes {3}v1\./m);
  });

  describe('with an operator', () => {
    beforeAll(async () => {
      for (const object of manifestsIn().filter(({ kind }) => ['Namespace', 'Deployment'].includes(kind)))
        await cli.kube.apply(object);
      const image = 'registry.example.com:5000/cftunnel-operator:v1.2.3@sha256:00';
      const template = { spec: { containers: [{ name: 'operator', image }] } };
      await cli.kube.patch('Deployment', 'cftunnel-system/cftunnel-operator', { spec: { template } }, 'strategic');
    });

    it('reads its version from the tag of its image', async () => {
      const { out } = await cli.run('version');

      expect(out).toContain('operator (cftunnel-system/cftunnel-operator)   1.2.3\n');
    });

    it('prints all of them as JSON', async () => {
      const { out } = await cli.run('version', '-o', 'json');

      expect(JSON.parse(out)).toEqual({
        apiVersion: 'cli.cftunnel.io/v1',
        kind: 'Versions',
        client: VERSION,
        operators: [
          {
            deployment: 'cftunnel-system/cftunnel-operator',
            version: '1.2.3',
            image: 'registry.example.com:5000/cftunnel-operator:v1.2.3@sha256:00',
          },
        ],
        kubernetes: expect.stringMatching(/^v1\./),
      });
    });

    it('finds one that its release has given another name, and takes no connector for one', async () => {
      await cli.kube.create(deployment('renamed', { 'app.kubernetes.io/name': 'renamed' }));
      await cli.kube.create(deployment('home-cloudflared', { 'app.kubernetes.io/managed-by': 'cftunnel-operator' }));

      const { out } = await cli.run('version');

      expect(out).toContain('operator (cftunnel-system/renamed)');
      expect(out).not.toContain('home-cloudflared');
    });
  });
});
