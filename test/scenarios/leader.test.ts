/** Two replicas: one leads, the other stands by. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { FaultInjector } from '../crash/call-faults.ts';
import { type FaultProxy, startFaultProxy } from '../crash/fault-proxy.ts';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { type OperatorProcess, startOperator } from '../support/operator-process.ts';
import { furnish, isMadeOnce, planHome } from '../support/world-homes.ts';
import { NEEDS_SANDBOX, inSandbox } from '../support/world-needs.ts';
import { service, tunnel } from '../support/world-objects.ts';
import { namesOfOurs } from '../support/world-records.ts';
import { exposed, ready, remoteTunnels } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const BURST = Array.from({ length: 30 }, (_, index) => `web-${index}`);

/** An operator whose requests all go through its own proxies. */
interface Replica {
  readonly process: OperatorProcess;
  readonly proxies: readonly FaultProxy[];
  /** Records each request on arrival, whether it is answered or not. */
  readonly injector: FaultInjector;
}

const world = useWorld({ isOperatorStarted: false });
let folder: string;
const replicas: Replica[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cftunnel-replicas-'));
});
afterEach(async () => {
  for (const { process, proxies } of replicas.splice(0)) {
    await process.end();
    await Promise.all(proxies.map((proxy) => proxy.stop()));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('two replicas', () => {
  it(
    `fail over when the leader is killed during a burst, and nothing is done twice${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      const leader = await aLeader();
      const standby = await aReplica();
      await burst('killed');

      await leader.process.kill();
      await standby.process.logged('Leading');

      await allExposed('killed');
      expect(writesOf(leader).length).toBeGreaterThan(0);
    }),
  );

  // Invariant 26.
  it(
    `see no write of a suspended leader that resumes after its successor leads, even with responses waiting for it${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      const leader = await aLeader();
      const standby = await aReplica();
      const answers = await holdUp();

      leader.process.pause();
      await standby.process.logged('Leading');
      // What it had sent before has arrived by now.
      const before = writesOf(leader).length;
      answers.give();
      await answers.homesAreMade();
      leader.process.resume();
      const { code } = await leader.process.exited;

      expect(writesOf(leader).slice(before)).toEqual([]);
      expect(code).toBe(1);
      await answers.homesAreMade();
    }),
  );
});

/**
 * Two Tunnels whose next step is a write that follows a response: for one, the tunnel is created and its id is to be
 * stored in the cluster; for the other, the secret is stored and the tunnel is to be created at Cloudflare.
 */
async function holdUp() {
  const [storing, making] = [planHome(world, 'storing'), planHome(world, 'making')];
  const { promise, resolve } = Promise.withResolvers<void>();
  const held = { kind: 'hold', until: promise } as const;
  const made = world.cloudflare.faults.add({
    method: 'POST',
    path: new RegExp(`${storing.account}/cfd_tunnel$`),
    times: 1,
    effect: held,
  });
  const stored = world.kubeFaults?.add({ method: 'PATCH', path: /\/making\/secrets\//, times: 1, effect: held });
  await Promise.all([furnish(world, storing), furnish(world, making)]);
  await eventually(() => expect([made.fired(), stored?.fired()]).toEqual([1, 1]));
  return {
    give: resolve,
    homesAreMade: async () => {
      await Promise.all([isMadeOnce(world, storing), isMadeOnce(world, making)]);
    },
  };
}

async function aLeader(): Promise<Replica> {
  const replica = await aReplica();
  await replica.process.logged('Leading');
  return replica;
}

async function aReplica(): Promise<Replica> {
  const injector = new FaultInjector();
  const [kubernetes, cloudflare] = [
    await startFaultProxy(world.kubeUrl, injector),
    await startFaultProxy(world.cloudflare.url, injector),
  ];
  const kubeconfig = join(folder, `${replicas.length}-${performance.now()}.yaml`);
  await writeFile(kubeconfig, kubeconfigFor(kubernetes.url));
  const flags = [`--kubeconfig=${kubeconfig}`, `--cloudflare-base-url=${cloudflare.url}`];
  const process = startOperator([...world.operator.flags, ...flags]);
  const replica = { process, proxies: [kubernetes, cloudflare], injector };
  replicas.push(replica);
  await replica.process.logged('Starting');
  return replica;
}

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'replica', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'replica', user: {} }],
    contexts: [{ name: 'replica', context: { cluster: 'replica', user: 'replica' } }],
    'current-context': 'replica',
  });
}

/** The attempted writes of a replica, except for the Lease. */
function writesOf({ injector }: Replica): readonly string[] {
  return injector.calls.filter((call) => !call.startsWith('GET ') && !call.includes('/leases'));
}

/** A Tunnel and 30 Services. Resolves while they are being processed. */
async function burst(name: string): Promise<void> {
  await world.addNamespace(name);
  await world.kube.create(tunnel(`${name}/home`, { replicas: 1 }));
  await ready(world, `${name}/home`);
  world.forgetCalls();
  await Promise.all(
    BURST.map((web) =>
      world.kube.create(service(`${name}/${web}`, { tunnel: 'home', hostname: hostnameOf(name, web) })),
    ),
  );
  await eventually(() => expect(world.writes().length).toBeGreaterThan(3), { everyMs: 1 });
}

async function allExposed(name: string): Promise<void> {
  await Promise.all(BURST.map((web) => exposed(world, `${name}/${web}`, [hostnameOf(name, web)])));
  const ours = namesOfOurs(world, 'example.com').filter((hostname) => hostname.includes(`.${name}.`));
  expect(ours).toEqual(BURST.map((web) => hostnameOf(name, web)).toSorted());
  expect(remoteTunnels(world, `test/${name}/home`)).toHaveLength(1);
}

function hostnameOf(name: string, web: string): string {
  return `${web}.${name}.example.com`;
}
