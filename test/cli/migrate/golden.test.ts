/** The whole output for a cluster of each tool. `UPDATE_GOLDEN=true` writes it anew. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import type { KubeObject } from '../../support/kube-client.ts';
import { anyObjectsIn } from '../../support/former/world.ts';
import { type CliWorld, startCliWorld } from '../a-cli.ts';
import { ADYANTH, CLOUDFLARED, EXTERNAL_DNS, STRRL } from './worlds.ts';

const GOLDEN = 'test/cli/migrate/golden';

const worlds: CliWorld[] = [];
afterAll(() => Promise.all(worlds.map((world) => world.stop())));

async function worldOf(objects: readonly KubeObject[]): Promise<CliWorld> {
  const world = await startCliWorld();
  worlds.push(world);
  const { create } = anyObjectsIn({ kubeUrl: world.kubernetes.url });
  for (const object of objects) await create(object);
  return world;
}

describe.each([
  { from: 'adyanth', objects: ADYANTH, code: 0 },
  { from: 'strrl', objects: STRRL, code: 0 },
  { from: 'cloudflared', objects: CLOUDFLARED, code: 0 },
  { from: 'external-dns', objects: EXTERNAL_DNS, code: 1 },
])('cftunnel migrate $from', ({ from, objects, code }) => {
  it('prints our objects, the steps, and what is not migrated', async () => {
    const world = await worldOf(objects);

    const run = await world.run('migrate', from);

    const file = join(GOLDEN, `${from}.yaml`);
    if (process.env['UPDATE_GOLDEN'] === 'true') await writeFile(file, run.out);
    expect(run).toEqual({ code, out: await readFile(file, 'utf8'), err: '' });
  });

  it('prints the same as JSON, and objects that can be applied', async () => {
    const world = await worldOf(objects);
    const { out } = await world.run('migrate', from, '-o', 'json');
    const { out: yaml } = await world.run('migrate', from);
    const { apiVersion, kind, objects: printed } = JSON.parse(out) as Document;
    const documents = yaml
      .split(/^---$/m)
      .slice(1)
      .map((text) => load(text));

    expect({ apiVersion, kind }).toEqual({ apiVersion: 'cli.cftunnel.io/v1', kind: 'Migration' });
    expect(documents).toEqual(printed);
    for (const object of printed) await expect(world.kube.apply(object)).resolves.toBeDefined();
  });
});

interface Document {
  readonly apiVersion: string;
  readonly kind: string;
  readonly objects: readonly KubeObject[];
}

describe('cftunnel migrate', () => {
  it.each(['adyanth', 'strrl', 'cloudflared', 'external-dns'])(
    'finds nothing of %s in an empty cluster',
    async (from) => {
      const world = await worldOf([]);

      expect(await world.run('migrate', from)).toEqual({
        code: 0,
        out: '',
        err: expect.stringMatching(/^Nothing of .* was found in the cluster\n$/),
      });
    },
  );

  it('changes nothing while something has to be solved first', async () => {
    const world = await worldOf(EXTERNAL_DNS);
    const before = world.kubernetes.calls.entries.length;

    const { code, err } = await world.run('migrate', 'external-dns', '--apply');

    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/^cftunnel: Nothing was changed\. Solve this first:\n {2}The records of lost/),
    });
    const writes = world.kubernetes.calls.entries.slice(before).filter(({ method }) => method !== 'GET');
    expect(writes).toEqual([]);
  });

  it('without a tool tells what each has left, and applies nothing', async () => {
    const world = await worldOf(CLOUDFLARED);

    const { code, out } = await world.run('migrate');

    expect({ code, lines: out.trimEnd().split('\n') }).toEqual({
      code: 0,
      lines: [
        'TOOL           TUNNELS   SERVICES   TO SOLVE FIRST',
        'adyanth        0         0          0',
        'strrl          0         0          0',
        'external-dns   0         0          0',
        'cloudflared    2         3          0',
      ],
    });
    expect(await world.run('migrate', '--apply')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--apply needs a tool/),
    });
  });

  it('says what it waits for if the operator does nothing', async () => {
    const world = await worldOf(CLOUDFLARED);

    const { code, err } = await world.run('migrate', 'cloudflared', '--apply', '--timeout=1s');

    expect({ code, err }).toEqual({
      code: 1,
      err: 'cftunnel: Stopped waiting. Nothing after this step was changed, and the same command goes on from here. It waits for Tunnel depot/dashboard: the operator has not looked at it. Is it running?\n',
    });
    expect(await world.kube.get('Tunnel', 'depot/dashboard')).toMatchObject({ spec: { replicas: 0 } });
    expect(await world.kube.get('Deployment', 'depot/dashboard')).toMatchObject({ spec: { replicas: 1 } });
  });

  it('names the tools it knows', async () => {
    const world = await worldOf([]);

    expect(await world.run('migrate', 'nginx')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/adyanth, strrl, external-dns, cloudflared/),
    });
  });
});
