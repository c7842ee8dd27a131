import { beforeAll, describe, expect, it } from '@jest/globals';
import { service, tunnel } from '../support/world-objects.ts';
import { EXPOSED, becomes, exposed, hostnamesOf, recordAt } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

/** A ConfigMap has space for eight or nine of these. */
const BIG = Array.from({ length: 10 }, (_, index) => `big-${index}`);
const PATHS = 100;

const world = useWorld();

beforeAll(async () => {
  await world.addNamespace('full');
  await world.kube.create(tunnel('full/home', { replicas: 1 }));
  await world.kube.create(service('full/a-first', { tunnel: 'home', hostname: 'first.example.com' }));
  await exposed(world, 'full/a-first', ['first.example.com']);
});

describe('more rules than fit in a ConfigMap', () => {
  it('are reported with the next step', async () => {
    for (const name of BIG)
      await world.kube.create(service(`full/${name}`, { tunnel: 'home', routes: manyPaths(name) }));

    const message =
      /^Rules and certificates exceed the size of a ConfigMap.* full\/big-8, full\/big-9 are published\. Move hostnames to another Tunnel/;
    await becomes(world, ['Tunnel', 'full/home'], 'ConfigReady', {
      status: 'False',
      reason: 'ConfigTooLarge',
      message,
    });
    const full = {
      status: 'False',
      reason: 'TunnelNotReady',
      message: /^big-9.*does not fit into the ConfigMap of Tunnel full\/home/,
    };
    const told = await becomes(world, ['Service', 'full/big-9'], EXPOSED, full);
    expect(told.metadata.finalizers).toContain('cftunnel.io/finalizer');
  });

  // Invariants 7, 24.
  it('do not affect others, and get no record without a rule', async () => {
    await becomes(world, ['Service', 'full/big-0'], EXPOSED, { status: 'True' });
    await becomes(world, ['Service', 'full/a-first'], EXPOSED, { status: 'True' });

    expect(await hostnamesOf(world, 'full/home')).toContain('first.example.com');
    expect(await hostnamesOf(world, 'full/home')).not.toContain('big-9.example.com');
    expect(recordAt(world, 'big-9.example.com')).toBeUndefined();
  });

  it('are published when there is space again', async () => {
    for (const name of BIG.slice(0, 3)) await world.kube.delete('Service', `full/${name}`);

    await becomes(world, ['Service', 'full/big-9'], EXPOSED, { status: 'True' });
    await becomes(world, ['Tunnel', 'full/home'], 'ConfigReady', { status: 'True', reason: 'ConfigPublished' });
    expect(recordAt(world, 'big-9.example.com')).toBeDefined();
  });
});

function manyPaths(name: string): string {
  const paths = Array.from({ length: PATHS }, (_, index) => `/${index}/${'x'.repeat(500)}`);
  return JSON.stringify(paths.map((path) => ({ hostname: `${name}.example.com`, path })));
}
