import { beforeAll, describe, expect, it } from '@jest/globals';
import { VERSION } from '../../src/version.ts';
import { manifestsIn } from '../support/manifests.ts';
import { shared } from '../support/shared.ts';
import { startCliWorld } from './a-cli.ts';

const cli = shared(startCliWorld);

describe('version', () => {
  it('without a cluster shows that of the program', async () => {
    expect(await cli.run('version', '--client')).toEqual({
      code: 0,
      out: `PROGRAM    VERSION\ncftunnel   ${VERSION}\n`,
      err: '',
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
  });
});
