/** Objects of a Tunnel that have lost their owner, and objects that a webhook changes. */
import { expect, it } from '@jest/globals';
import { webhookFor } from 'cftunnel-sandbox/kubernetes/admission/mutate';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { useLocalWorld } from '../support/shared.ts';
import type { Kind, KubeObject } from '../support/kube-client.ts';
import { addHome } from '../support/world-actions.ts';
import { tunnel } from '../support/world-objects.ts';
import { becomes, exposed, gone, ready } from '../support/world-views.ts';

const WORKLOAD: readonly Kind[] = ['ConfigMap', 'ServiceAccount', 'Deployment', 'PodDisruptionBudget', 'NetworkPolicy'];
const ALL = { replicas: 2, cloudflared: { networkPolicy: true } };

const world = useLocalWorld();

// Invariant 33.
it('a removed owner reference is restored, and nothing else changes', async () => {
  await furnish('stripped');
  const before = await owned('stripped');

  for (const { kind, metadata } of before)
    await world.kube.patch(kind as Kind, `stripped/${metadata.name}`, { metadata: { ownerReferences: null } });

  await eventually(async () => expect(substance(await owned('stripped'))).toEqual(substance(before)));
  await ready(world, 'stripped/home');
});

// Invariant 33.
it('a suspended Tunnel that is deleted leaves everything running, and its successor adopts it', async () => {
  await furnish('kept');
  const before = await owned('kept');
  const [remote, records] = [remoteOf('kept'), world.records()];
  await world.kube.patch('Tunnel', 'kept/home', { spec: { suspend: true } });
  await becomes(world, ['Tunnel', 'kept/home'], 'Ready', { status: 'Unknown', reason: 'Suspended' });

  await world.kube.delete('Tunnel', 'kept/home');
  await gone(world, 'Tunnel', 'kept/home');
  expect((await owned('kept')).map(({ metadata }) => metadata.ownerReferences ?? [])).toEqual(before.map(() => []));
  expect(uids(await owned('kept'))).toEqual(uids(before));

  await world.kube.create(tunnel('kept/home', ALL));
  await ready(world, 'kept/home');
  await exposed(world, 'kept/web', ['kept.example.com']);
  expect(uids(await owned('kept'))).toEqual(uids(before));
  expect(await replicaSetsIn('kept')).toHaveLength(1);
  expect(remoteOf('kept')).toEqual(remote);
  expect(world.records()).toEqual(records);
});

// Invariant 33.
it('a copy of a namespace does not adopt the tunnel while the original runs', async () => {
  await furnish('original');
  const copied = (await owned('original')).filter(({ kind }) => kind !== 'Deployment').map(copyTo('copy'));
  await world.addNamespace('copy');
  for (const object of copied) await world.kube.create(object);

  await world.kube.create(tunnel('copy/home', ALL));

  const message = /contains the credentials of tunnel "test\/original\/home"/;
  await becomes(world, ['Tunnel', 'copy/home'], 'Ready', { status: 'False', reason: 'NameTaken', message });
  await world.kube.delete('Tunnel', 'copy/home');
  await gone(world, 'Tunnel', 'copy/home');
  expect(remoteOf('original')).toHaveLength(1);
  expect(await world.kube.get('Secret', 'copy/home-cloudflared-credentials')).toMatchObject({
    data: copied[0]?.data ?? {},
  });
});

// Invariant 34.
it('changes by an admission webhook cause no writes in steady state, nor after a restart', async () => {
  world.sandbox.kubernetes.webhooks.push(webhookFor('Deployment', autopilot));
  await furnish('rewritten');
  expect(await world.kube.get('Deployment', 'rewritten/home-cloudflared')).toMatchObject(REWRITTEN);
  await passOver('rewritten');
  const atRest = appliedTo('rewritten').length;
  await passOver('rewritten');
  await world.stopOperator();
  await world.startOperator();
  await passOver('rewritten');
  await passOver('rewritten');

  expect((await tunnelOf('rewritten')).status?.['connectors']).toEqual({
    image: expect.stringMatching(/^docker\.io\/cloudflare\/cloudflared:/),
  });
  expect(appliedTo('rewritten')).toHaveLength(atRest);
  expect(dryRunsOn('rewritten')).toHaveLength(1);
});

/** As GKE Autopilot and a registry mirror do: increases resource requests, and changes the registry. */
function autopilot({ metadata, ...object }: { readonly metadata: object; readonly [field: string]: unknown }): void {
  if ((metadata as { readonly namespace?: string }).namespace !== 'rewritten') return;
  const { template } = object['spec'] as PodController;
  for (const container of template.spec.containers) {
    container.resources = SOLD;
    container.image = container.image.replace(/^(?!docker\.io)/, 'docker.io/');
  }
}

interface PodController {
  readonly template: { readonly spec: { readonly containers: { image: string; resources?: unknown }[] } };
}

const SOLD = { requests: { cpu: '50m', memory: '128Mi' }, limits: { cpu: '50m', memory: '512Mi' } };
const REWRITTEN = { spec: { template: { spec: { containers: [{ resources: SOLD }] } } } };

/** Resolves when the operator has reconciled the Tunnel once more. Every pass reads its Secret. */
async function passOver(home: string): Promise<void> {
  const reads = (): number => callsOn(home, 'secrets').length;
  const before = reads();
  await world.kube.annotate('Tunnel', `${home}/home`, { 'example.com/look': String(before) });
  await eventually(() => expect(reads()).toBeGreaterThanOrEqual(before + 3));
}

function appliedTo(home: string) {
  return callsOn(home, 'deployments').filter(({ method, query }) => method === 'PATCH' && !query.includes('dryRun'));
}

function dryRunsOn(home: string) {
  return callsOn(home, 'deployments').filter(({ query }) => query.includes('dryRun'));
}

function callsOn(home: string, resource: string) {
  return world.sandbox.kubernetes.calls.entries.filter(
    ({ target, userAgent }) =>
      userAgent.startsWith('cftunnel-operator') && target?.namespace === home && target.resource === resource,
  );
}

async function furnish(home: string): Promise<void> {
  await addHome(world, home, ALL);
  await ready(world, `${home}/home`);
  await exposed(world, `${home}/web`, [`${home}.example.com`]);
}

async function owned(home: string): Promise<readonly KubeObject[]> {
  const credentials = world.kube.get('Secret', `${home}/home-cloudflared-credentials`);
  return Promise.all([credentials, ...WORKLOAD.map((kind) => world.kube.get(kind, `${home}/home-cloudflared`))]);
}

/** An object as a restored backup has it: without UID and owner. */
function copyTo(home: string): (object: KubeObject) => KubeObject {
  return (object) => {
    const { name, labels, annotations } = object.metadata;
    const { status: _, ...rest } = object;
    return {
      ...rest,
      apiVersion: object.apiVersion,
      kind: object.kind,
      metadata: { name, namespace: home, ...(labels && { labels }), ...(annotations && { annotations }) },
    };
  };
}

/** The parts of an object that do not change in steady state. */
function substance(objects: readonly KubeObject[]): unknown {
  return objects.map(({ metadata: { uid, labels, ownerReferences }, data, spec }) => ({
    uid,
    labels,
    ownerReferences,
    data,
    spec,
  }));
}

function uids(objects: readonly KubeObject[]): readonly unknown[] {
  return objects.map(({ metadata }) => metadata.uid);
}

function tunnelOf(home: string): Promise<KubeObject> {
  return world.kube.get('Tunnel', `${home}/home`);
}

function replicaSetsIn(home: string): Promise<readonly KubeObject[]> {
  return world.kube.list('ReplicaSet', home);
}

function remoteOf(home: string) {
  return world.tunnels().filter(({ name }) => name === `test/${home}/home`);
}
