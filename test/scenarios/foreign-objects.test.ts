/** Foreign objects with the names of a Tunnel's own. */
import { expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { useLocalWorld } from '../support/shared.ts';
import type { Condition, KubeObject } from '../support/kube-client.ts';
import { tunnel } from '../support/world-objects.ts';
import { becomes, conditionOf, gone } from '../support/world-views.ts';

const POD = { metadata: { labels: { app: 'theirs' } }, spec: { containers: [{ name: 'a', image: 'theirs/a:1' }] } };
const SELECTOR = { matchLabels: { app: 'theirs' } };

/** Every kind that a Tunnel may own, with foreign content. */
const THEIRS = {
  Secret: { apiVersion: 'v1', data: { theirs: btoa('yes') } },
  ConfigMap: { apiVersion: 'v1', data: { theirs: 'yes' } },
  ServiceAccount: { apiVersion: 'v1', automountServiceAccountToken: true },
  NetworkPolicy: { apiVersion: 'networking.k8s.io/v1', spec: { podSelector: SELECTOR } },
  Deployment: { apiVersion: 'apps/v1', spec: { replicas: 0, selector: SELECTOR, template: POD } },
  PodDisruptionBudget: { apiVersion: 'policy/v1', spec: { minAvailable: 1, selector: SELECTOR } },
} as const;
type Kind = keyof typeof THEIRS;
const KINDS = Object.keys(THEIRS) as readonly Kind[];

/** With the operator's label, a foreign object is in its watches. Without it, the operator has to read it. */
const CASES = KINDS.flatMap((kind) => [
  { kind, how: 'labelled', labels: { 'app.kubernetes.io/managed-by': 'cftunnel-operator' } },
  { kind, how: 'plain', labels: {} },
]);

const ALL = { replicas: 2, cloudflared: { networkPolicy: true } };
const FEWEST = { replicas: 1, cloudflared: { networkPolicy: false } };

const world = useLocalWorld();

// Invariant 5.
it.concurrent.each(CASES)('a $how $kind is reported, not changed, and not deleted', async ({ kind, how, labels }) => {
  const name = `${how}-${kind.toLowerCase()}`;
  const theirs = { namespace: 'shop', name: `${name}-cloudflared${kind === 'Secret' ? '-credentials' : ''}` };
  await world.kube.create({ kind, ...THEIRS[kind], metadata: { ...theirs, labels } });
  const read = async () => substanceOf(await world.kube.get(kind, `shop/${theirs.name}`));
  const before = await read();

  await world.kube.create(tunnel(`shop/${name}`, ALL));
  const message = new RegExp(`${kind} shop/${theirs.name} exists`);
  await becomes(world, ['Tunnel', `shop/${name}`], 'Ready', { status: 'False', reason: 'NameTaken', message });
  await world.kube.patch('Tunnel', `shop/${name}`, { spec: FEWEST });
  await eventually(async () => expect(await readyOf(name)).toMatchObject({ observedGeneration: 2 }));
  await world.kube.delete('Tunnel', `shop/${name}`);
  await gone(world, 'Tunnel', `shop/${name}`);

  expect(await read()).toEqual(before);
});

async function readyOf(name: string): Promise<Condition | undefined> {
  return conditionOf(await world.kube.get('Tunnel', `shop/${name}`), 'Ready');
}

/** The fields of an object that its owner decides. */
function substanceOf({ metadata, ...object }: KubeObject): unknown {
  const { uid, labels, ownerReferences, finalizers, deletionTimestamp } = metadata;
  return {
    metadata: { uid, labels, ownerReferences, finalizers, deletionTimestamp },
    data: object.data,
    spec: object.spec,
    token: object['automountServiceAccountToken'],
  };
}
