/** What `cftunnel migrate` reads, prints and answers. What it plans is tested in test/core/migrate. */
import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadAll } from 'js-yaml';
import { CLOUDFLARED } from '../../support/former/clusters/cloudflared.ts';
import { EXTERNAL_DNS } from '../../support/former/clusters/external-dns.ts';
import { CLUSTERS, expectedPlan } from '../../support/former/clusters/plans.ts';
import { anyObjectsIn } from '../../support/former/world.ts';
import type { KubeObject } from '../../support/kube-client.ts';
import { type CliWorld, startCliWorld } from '../a-cli.ts';

const worlds: CliWorld[] = [];
afterAll(() => Promise.all(worlds.map((world) => world.stop())));

async function worldOf(objects: readonly KubeObject[]): Promise<CliWorld> {
  const world = await startCliWorld();
  worlds.push(world);
  const { create } = anyObjectsIn({ kubeUrl: world.kubernetes.url });
  for (const object of objects) await create(object);
  return world;
}

it.each(CLUSTERS)(
  'cftunnel migrate $from prints the plan as JSON, and objects that can be applied',
  async ({ from, objects }) => {
    const world = await worldOf(objects);

    const { out } = await world.run('migrate', from, '-o', 'json');

    const { objects: printed, ...plan } = JSON.parse(out) as { readonly objects: readonly KubeObject[] };
    expect({ ...plan, objects: printed }).toStrictEqual({
      apiVersion: 'cli.cftunnel.io/v1',
      kind: 'Migration',
      ...(await expectedPlan(from)),
    });
    for (const object of printed) await expect(world.kube.apply(object)).resolves.toBeDefined();
  },
);

describe('cftunnel migrate', () => {
  it('prints the plan as YAML, with the steps and what is not migrated as comments', async () => {
    const world = await worldOf(EXTERNAL_DNS);

    const run = await world.run('migrate', 'external-dns');

    const text = await readFile('test/cli/migrate/external-dns.yaml', 'utf8');
    expect(run).toEqual({ code: 1, out: text, err: '' });
    expect(loadAll(text)).toStrictEqual((await expectedPlan('external-dns')).objects);
  });

  it.each(CLUSTERS)('finds nothing of $from in an empty cluster', async ({ from }) => {
    const world = await worldOf([]);

    expect(await world.run('migrate', from)).toEqual({
      code: 0,
      out: '',
      err: expect.stringMatching(/^Nothing of .* was found in the cluster\n$/),
    });
  });

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
