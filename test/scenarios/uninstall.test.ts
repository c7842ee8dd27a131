/** The ways to remove the operator from a cluster, one after the other. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { type Kind, KubeError, keyOf } from '../support/kube-client.ts';
import { DEPLOY_FOLDER, manifestsIn } from '../support/manifests.ts';
import { runOperator } from '../support/operator-process.ts';
import { kubeconfigOf } from '../support/world-install.ts';
import { isRealApi } from 'cftunnel-sandbox/testing/is-real-api';
import { service, tunnel } from '../support/world-objects.ts';
import { exposed, gone, recordAt, remoteTunnels } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const CRD = 'tunnels.cftunnel.io';
const DEPLOYED = manifestsIn().filter(({ kind }) => kind !== 'Deployment' && (!isRealApi || kind !== 'Namespace'));
const RELEASING = manifestsIn(join(DEPLOY_FOLDER, 'release')).filter(({ kind }) => kind !== 'Job');

const world = useWorld({ isOperatorStarted: false });
let folder: string;
let round = 0;
let home: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cftunnel-uninstall-'));
  for (const object of RELEASING) await world.kube.apply(object);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('the CRD is not deleted by accident, and nothing is released under a running operator', async () => {
  await install();
  await eventually(async () => {
    const { status, message } = await tryToDeleteDefinition();
    expect(status).toBe(403);
    expect(message).toContain('First run: kubectl -n cftunnel-system exec deploy/cftunnel-operator -- ');
  });

  const { code, stdout } = await run('release');

  expect(stdout).toContain('The operator is running');
  expect(code).toBe(1);
  expect(await finalizersOf('web')).toEqual(['cftunnel.io/finalizer']);
});

// Invariant 35.
it('release frees what a missing operator holds, and lists the leftovers', async () => {
  await world.operator.stop();
  const waited = await run('uninstall', '--timeout=1s');
  expect(waited.code).toBe(1);
  expect(waited.stdout).toContain(
    `Not finished after 1 s. Still waiting for:\n  Tunnel ${home}/home: the operator has not started to clean it up. Is it running?\n`,
  );
  await world.kube.annotate('CustomResourceDefinition', CRD, { 'cftunnel.io/allow-delete': 'true' });
  await world.kube.delete('CustomResourceDefinition', CRD);
  await world.kube.delete('Service', `${home}/web`);
  if (!isRealApi) await world.kube.delete('Namespace', home);

  const { code, stdout } = await run('release');

  expect(code).toBe(0);
  expect(stdout).toContain(`Service ${home}/web: released\n`);
  expect(stdout).toContain(`Tunnel ${home}/home: released\n`);
  expect(stdout).toContain(`Left behind at Cloudflare: tunnel test/${home}/home (`);
  await gone(world, 'Service', `${home}/web`);
  await gone(world, 'CustomResourceDefinition', CRD);
  if (!isRealApi) await gone(world, 'Namespace', home);
  expect(atCloudflare()).toEqual({ tunnels: 1, record: expect.anything() });
});

// Invariant 35.
it('uninstall keeps the Tunnels if requested', async () => {
  await install();

  const { code, stdout } = await run('uninstall', '--keep-tunnels');

  expect(stdout).toContain(`Tunnel ${home}/home: handed over: its connectors, tunnel and records are kept`);
  expect(code).toBe(0);
  expect(await finalizersOf('web')).toEqual([]);
  expect(atCloudflare()).toEqual({ tunnels: 1, record: expect.anything() });
  await world.operator.stop();
});

// Invariant 35.
it('uninstall removes every Tunnel with everything it created, so that the rest can be deleted', async () => {
  await install();

  const { code, stdout } = await run('uninstall');

  expect(stdout.split('\n')).toEqual([
    `Tunnel ${home}/home: being deleted with its records, connectors and tunnel`,
    `Tunnel ${home}/home: deleted`,
    'No Tunnel is left, and no Service, Ingress or route has the finalizer of the operator',
    'Now remove the operator as it was installed: kubectl delete -k deploy, or helm uninstall',
    '',
  ]);
  expect(code).toBe(0);
  expect([await finalizersOf('web'), await finalizersOf('web-too')]).toEqual([[], []]);
  expect(atCloudflare()).toEqual({ tunnels: 0, record: undefined });
  await world.operator.stop();
  for (const object of DEPLOYED) await world.kube.delete(object.kind as Kind, keyOf(object)).catch(ifGone);
  for (const object of DEPLOYED) await gone(world, object.kind as Kind, keyOf(object));
});

/** Installs the operator, which publishes a Service in a new namespace, and refuses another one. */
async function install(): Promise<void> {
  // Takes over the field as kubectl apply does. Server-side apply would report a conflict.
  if ((await world.kube.find('CustomResourceDefinition', CRD)) !== undefined)
    await world.kube.annotate('CustomResourceDefinition', CRD, { 'cftunnel.io/allow-delete': 'false' });
  for (const object of DEPLOYED) await world.kube.apply(object);
  await eventually(() => world.kube.list('Tunnel'));
  await world.operator.start();
  round += 1;
  home = `round-${round}`;
  await world.addNamespace(home);
  await world.kube.create(tunnel(`${home}/home`, { replicas: 1 }));
  await world.kube.create(service(`${home}/web`, { tunnel: 'home', hostname: `${home}.example.com` }));
  await world.kube.create(service(`${home}/web-too`, { tunnel: 'home', hostname: `${home}.example.com` }));
  await exposed(world, `${home}/web`, [`${home}.example.com`]);
}

/** Runs with the account whose permissions the command should have. */
async function run(command: 'uninstall' | 'release', ...flags: readonly string[]) {
  const account = { uninstall: 'cftunnel-system/cftunnel-operator', release: 'cftunnel-release/cftunnel-release' };
  const kubeconfig = join(folder, `${command}.yaml`);
  await writeFile(kubeconfig, await kubeconfigOf(world.kube, world.kubeUrl, account[command]));
  const cluster = command === 'release' ? ['--cluster-name=test', '--namespace=cftunnel-system'] : [];
  return runOperator([command, `--kubeconfig=${kubeconfig}`, ...cluster, ...flags]);
}

/** As a dry run. A policy takes effect a moment after it is created, and sees an object a moment late. */
async function tryToDeleteDefinition(): Promise<{ readonly status: number; readonly message: unknown }> {
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${CRD}`;
  const response = await fetch(`${world.kubeUrl}${path}?dryRun=All`, { method: 'DELETE' });
  const { message } = (await response.json()) as { readonly message?: unknown };
  return { status: response.status, message };
}

async function finalizersOf(name: string): Promise<readonly string[]> {
  return (await world.kube.get('Service', `${home}/${name}`)).metadata.finalizers ?? [];
}

function atCloudflare(): unknown {
  return { tunnels: remoteTunnels(world, `test/${home}/home`).length, record: recordAt(world, `${home}.example.com`) };
}

function ifGone(error: unknown): void {
  if (!(error instanceof KubeError && error.code === 404)) throw error;
}
