/** The operator is gone for good and its objects are deleted in various orders. `release` lets all of them go. */
import { beforeAll, expect, it } from '@jest/globals';
import { ClusterInstallation, attempt } from '../../src/adapters/kubernetes/installation.ts';
import { RestClient } from '../../src/adapters/kubernetes/rest-client.ts';
import { release } from '../../src/commands/release.ts';
import { useLocalWorld } from '../support/shared.ts';
import { type Kind, KubeError } from '../support/kube-client.ts';
import { plainConfig } from '../support/local-operator.ts';
import { addHome } from '../support/world-actions.ts';
import { exposed, gone } from '../support/world-views.ts';

const PARTS = ['Tunnel', 'Service', 'Namespace'] as const;
type Part = (typeof PARTS)[number];

/** Each in its own namespace. */
const ORDERS: ReadonlyMap<string, readonly Part[]> = new Map([
  ['order-1', ['Tunnel', 'Service', 'Namespace']],
  ['order-2', ['Tunnel', 'Namespace', 'Service']],
  ['order-3', ['Service', 'Tunnel', 'Namespace']],
  ['order-4', ['Service', 'Namespace', 'Tunnel']],
  ['order-5', ['Namespace', 'Tunnel', 'Service']],
  ['order-6', ['Namespace', 'Service', 'Tunnel']],
]);

const world = useLocalWorld();

beforeAll(async () => {
  await Promise.all([...ORDERS.keys()].map(furnish));
  await world.stopOperator();
});

// Invariant 35.
it('everything that was deleted without an operator is gone after a release, including the definition', async () => {
  for (const [home, order] of ORDERS) for (const part of order) await remove(part, home);
  await world.kube.delete('CustomResourceDefinition', 'tunnels.cftunnel.io');
  expect((await world.kube.list('Tunnel')).map(({ metadata }) => metadata.namespace)).toEqual([...ORDERS.keys()]);

  const said = await releaseAll();

  for (const home of ORDERS.keys()) {
    expect(said).toContain(`Tunnel ${home}/home: released`);
    expect(said).toContain(`Service ${home}/web: released`);
    await gone(world, 'Namespace', home);
  }
  await gone(world, 'CustomResourceDefinition', 'tunnels.cftunnel.io');
});

async function furnish(home: string): Promise<void> {
  await addHome(world, home);
  await exposed(world, `${home}/web`, [`${home}.example.com`]);
}

async function remove(part: Part, home: string): Promise<void> {
  const keys = { Tunnel: `${home}/home`, Service: `${home}/web`, Namespace: home } satisfies Partial<
    Record<Kind, string>
  >;
  await world.kube.delete(part, keys[part]).catch((error: unknown) => {
    if (!(error instanceof KubeError && error.code === 404)) throw error;
  });
}

async function releaseAll(): Promise<readonly string[]> {
  const said: string[] = [];
  const rest = new RestClient(plainConfig(world.sandbox.kubernetes.url));
  const scope = { namespace: undefined, lease: { namespace: undefined, name: 'cftunnel-operator' } };
  const ctx = {
    installation: new ClusterInstallation(rest, scope, new AbortController().signal),
    attempt,
    say: (line: string) => void said.push(line),
    nowMs: () => performance.now(),
    pause: async () => undefined,
  };
  expect(await release(ctx, { isForced: false, cluster: world.cluster, hash: (text) => text })).toBe(true);
  rest.close();
  return said;
}
