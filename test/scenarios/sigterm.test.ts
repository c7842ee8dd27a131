/** SIGTERM in the middle of everything: each case holds up one call, and ends the operator while it waits for it. */
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { NEEDS_SANDBOX, inSandbox } from '../support/world-needs.ts';
import { service, tunnel } from '../support/world-objects.ts';
import { exposed, gone, remoteTunnels } from '../support/world-views.ts';
import { type World, startWorld } from '../support/world.ts';

jest.setTimeout(90_000);

const AT_CLOUDFLARE = [
  { stage: 'tunnel', path: /\/cfd_tunnel$/ },
  { stage: 'records', path: /\/dns_records\/batch$/ },
];
const IN_THE_CLUSTER = [
  { stage: 'secret', path: /\/secrets\// },
  { stage: 'connectors', path: /\/deployments\// },
  { stage: 'status', path: /\/tunnels\/home\/status/ },
];

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => {
  world.cloudflare.faults.clear();
  world.kubeFaults?.clear();
});
afterAll(() => world.stop());

it.each(AT_CLOUDFLARE)('at $stage, whose call is carried out and not answered', async ({ stage, path }) => {
  const fault = world.cloudflare.faults.add({ method: 'POST', path, effect: { kind: 'stall-body' } });
  await furnish(stage);
  await eventually(() => expect(fault.fired()).toBeGreaterThan(0));

  await expectCleanEnd();

  fault.remove();
  await expectAllWell(stage);
});

it.each(IN_THE_CLUSTER)(
  `at $stage, whose write is carried out and not answered${NEEDS_SANDBOX}`,
  async ({ stage, path }) =>
    inSandbox(async () => {
      const stall = world.kubeFaults?.add({ method: 'PATCH', path, effect: { kind: 'stall' } });
      world.forgetCalls();
      await furnish(stage);
      await eventually(() => expect(patched(path)).toBe(true));

      await expectCleanEnd();

      stall?.remove();
      await expectAllWell(stage);
    })(),
);

async function furnish(name: string): Promise<void> {
  await world.addNamespace(name);
  await world.kube.create(tunnel(`${name}/home`, { replicas: 1 }));
  await world.kube.create(service(`${name}/web`, { tunnel: 'home', hostname: `${name}.example.com` }));
}

function patched(path: RegExp): boolean {
  return world.kubeCalls.entries.some((call) => call.method === 'PATCH' && path.test(`${call.path}?${call.query}`));
}

/** Within 10 s, with 0, and with the Lease given back. */
async function expectCleanEnd(): Promise<void> {
  const began = performance.now();
  expect(await world.operator.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(10_000);
  const lease = await world.kube.get('Lease', 'cftunnel-system/cftunnel-operator');
  expect(lease.spec?.['holderIdentity']).toBeUndefined();
}

/** The next operator goes on where this one was, makes nothing twice, and can clean up all of it. */
async function expectAllWell(name: string): Promise<void> {
  await world.operator.start();
  await exposed(world, `${name}/web`, [`${name}.example.com`]);
  expect(remoteTunnels(world, `test/${name}/home`)).toHaveLength(1);
  await Promise.all([world.kube.delete('Service', `${name}/web`), world.kube.delete('Tunnel', `${name}/home`)]);
  await gone(world, 'Tunnel', `${name}/home`);
  expect(remoteTunnels(world, `test/${name}/home`)).toEqual([]);
}
