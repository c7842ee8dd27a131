/** Two replicas: one works, the other stands by. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { type OperatorProcess, startOperator } from '../support/operator-process.ts';
import { NEEDS_SANDBOX, inSandbox } from '../support/world-needs.ts';
import { service, tunnel } from '../support/world-objects.ts';
import { namesOfOurs } from '../support/world-records.ts';
import { exposed, ready, remoteTunnels } from '../support/world-views.ts';
import { type Recorder, startRecorder } from '../support/world-recorder.ts';
import { type World, startWorld } from '../support/world.ts';

jest.setTimeout(90_000);

const BURST = Array.from({ length: 30 }, (_, index) => `web-${index}`);

/** One operator whose every request goes through a recorder of its own. */
interface Replica {
  readonly process: OperatorProcess;
  readonly recorder: Recorder;
}

let world: World;
let folder: string;
const replicas: Replica[] = [];

beforeAll(async () => {
  world = await startWorld({ isOperatorStarted: false });
  folder = await mkdtemp(join(tmpdir(), 'cftunnel-replicas-'));
});
afterEach(async () => {
  for (const { process, recorder } of replicas.splice(0)) {
    await process.end();
    await recorder.stop();
  }
});
afterAll(async () => {
  await world.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('two replicas', () => {
  it(
    `hand over within 15 s when the leader is killed in the middle of a burst, and nothing is done twice${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      const leader = await aLeader();
      const standby = await aReplica();
      await burst('killed');

      await leader.process.kill();
      const began = performance.now();
      await standby.process.logged('Leading');
      expect(performance.now() - began).toBeLessThan(15_000);

      await allExposed('killed');
      expect(writesOf(leader).length).toBeGreaterThan(0);
    }),
  );

  it(
    `hear no more of a leader that was stopped and woken after it had been succeeded${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      const leader = await aLeader();
      const standby = await aReplica();
      // Answers that arrive while the leader is stopped are what it finds first when it is woken.
      world.kubeFaults?.add({ method: 'PATCH', path: /\/services\//, effect: { kind: 'delay', ms: 500 } });
      await burst('stopped');

      leader.process.pause();
      await delay(1_000);
      world.kubeFaults?.clear();
      await standby.process.logged('Leading');
      const before = writesOf(leader).length;
      leader.process.resume();
      const { code } = await leader.process.exited;

      expect(writesOf(leader).slice(before)).toEqual([]);
      expect(code).toBe(1);
      await allExposed('stopped');
    }),
  );
});

async function aLeader(): Promise<Replica> {
  const replica = await aReplica();
  await replica.process.logged('Leading');
  return replica;
}

async function aReplica(): Promise<Replica> {
  const recorder = await startRecorder({ url: world.kubeUrl, options: {} });
  const kubeconfig = join(folder, `${replicas.length}-${performance.now()}.yaml`);
  await writeFile(kubeconfig, kubeconfigFor(recorder.url));
  const replica = { process: startOperator([...world.operator.flags, `--kubeconfig=${kubeconfig}`]), recorder };
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

/** What a replica wrote, the Lease aside. */
function writesOf({ recorder }: Replica): readonly string[] {
  return recorder.calls.entries
    .filter(({ method, path }) => method !== 'GET' && !path.includes('/leases'))
    .map(({ method, path }) => `${method} ${path}`);
}

/** A Tunnel and 30 Services; resolves in the middle of the work on them. */
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
  const patience = { withinMs: 30_000 };
  await Promise.all(BURST.map((web) => exposed(world, `${name}/${web}`, [hostnameOf(name, web)], patience)));
  const ours = namesOfOurs(world, 'example.com').filter((hostname) => hostname.includes(`.${name}.`));
  expect(ours).toEqual(BURST.map((web) => hostnameOf(name, web)).toSorted());
  expect(remoteTunnels(world, `test/${name}/home`)).toHaveLength(1);
}

function hostnameOf(name: string, web: string): string {
  return `${web}.${name}.example.com`;
}
