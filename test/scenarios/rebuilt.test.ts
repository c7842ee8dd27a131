/** A cluster that is rebuilt from its manifests, without its Secrets. */
import { expect, it } from '@jest/globals';
import { useWorld } from '../support/shared.ts';
import { NEEDS_NODE, onNode } from '../support/world-needs.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';
import { service, tunnel } from '../support/world-objects.ts';
import { exposed, gone, ready, recordAt, remoteTunnels } from '../support/world-views.ts';

const MODES = ['Local', 'Remote'] as const;

const world = useWorld({ cluster: startClusterWithNode });

async function install(home: string, configMode: string): Promise<void> {
  const hostname = `${home}.example.com`;
  await world.kube.create(tunnel(`${home}/home`, { configMode, replicas: 1 }));
  await world.kube.create(service(`${home}/web`, { hostname, tunnel: 'home' }));
  await ready(world, `${home}/home`);
  await exposed(world, `${home}/web`, [hostname]);
}

/** Removes everything without cleanup at Cloudflare, as the loss of a cluster does. */
async function lose(home: string): Promise<void> {
  for (const [kind, name] of [
    ['Tunnel', 'home'],
    ['Service', 'web'],
  ] as const) {
    await world.kube.delete(kind, `${home}/${name}`);
    await world.kube.patch(kind, `${home}/${name}`, { metadata: { finalizers: null } });
    await gone(world, kind, `${home}/${name}`);
  }
  for (const kind of ['Deployment', 'ConfigMap', 'ServiceAccount'] as const)
    await gone(world, kind, `${home}/home-cloudflared`);
  await gone(world, 'Secret', `${home}/home-cloudflared-credentials`);
}

// Invariant 33.
it.each(MODES)(`a rebuilt cluster takes over its tunnel and records without a change: %s${NEEDS_NODE}`, (mode) =>
  onNode(async () => {
    const home = `rebuilt-${mode.toLowerCase()}`;
    await world.addNamespace(home);
    await install(home, mode);
    const before = {
      tunnels: remoteTunnels(world, `test/${home}/home`),
      record: recordAt(world, `${home}.example.com`),
    };
    await world.operator.stop();
    await lose(home);
    world.forgetCalls();

    await world.operator.start();
    await install(home, mode);

    expect(remoteTunnels(world, `test/${home}/home`).map(({ id }) => id)).toEqual(before.tunnels.map(({ id }) => id));
    expect(recordAt(world, `${home}.example.com`)).toEqual(before.record);
    expect(world.writtenSoFar().cloudflare).toEqual([]);
  })(),
);
