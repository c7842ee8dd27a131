/** Kinds that are not installed yet, or that the operator may not read. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { freePort } from 'cftunnel-sandbox/testing/free-port';
import type { KubeObject } from '../support/kube-client.ts';
import { manifestsIn } from '../support/manifests.ts';
import { type OperatorProcess, startOperator } from '../support/operator-process.ts';
import { ingress, service, tunnel, withPods } from '../support/world-objects.ts';
import { addressesOf, becomes, exposed, gone, hostnamesOf, recordAt, remoteTunnels } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const CRD = 'tunnels.cftunnel.io';

/**
 * Kinds that few or no Tunnels need, as after an upgrade without its roles. ServiceAccounts may still be read and written
 * one by one.
 */
const REFUSED = new Set(['poddisruptionbudgets', 'networkpolicies', 'endpointslices', 'ingresses', 'ingressclasses']);

/** What the operator needs. */
const ROLES = manifestsIn().filter(({ kind }) => kind === 'ClusterRole');

const manifests = manifestsIn().map((object) => (object.kind === 'ClusterRole' ? limited(object) : object));
const world = useWorld({ isOperatorStarted: false, lacksRights: true, manifests });
let operator: OperatorProcess;
let address: string;
let health: string;

beforeAll(async () => {
  await world.addNamespace('late');
  await world.kube.annotate('CustomResourceDefinition', CRD, { 'cftunnel.io/allow-delete': 'true' });
  await world.kube.delete('CustomResourceDefinition', CRD);
  await gone(world, 'CustomResourceDefinition', CRD);
  address = `127.0.0.1:${await freePort()}`;
  health = `http://${address}/readyz`;
  operator = startOperator([...world.operator.flags, `--health-bind-address=${address}`]);
});
afterAll(() => operator.end());

it('an operator without its CRD waits, and reports it', async () => {
  await eventually(async () =>
    expect(await readiness()).toEqual({
      status: 503,
      text: expect.stringContaining('\ntunnels: the kind is not installed\n'),
    }),
  );

  expect(operator.logs.map(({ message }) => message)).not.toContain('Leading');
});

// Invariant 23.
it('starts as soon as the CRD exists, and reports the kinds that it may not watch', async () => {
  for (const object of manifestsIn().filter(({ metadata }) => metadata.name === CRD)) await world.kube.apply(object);
  await operator.logged('Leading');

  const { status, text } = await readiness();

  expect(status).toBe(200);
  expect(text.split('\n').map((line) => line.split(':', 2).join(':'))).toEqual([
    'ok',
    'not watched: ingresses',
    'not watched: ingressclasses',
    'not watched: serviceaccounts',
    'not watched: poddisruptionbudgets',
    'not watched: networkpolicies',
    'not watched: endpointslices',
    '',
  ]);
});

// Invariants 23, 32.
it('serves a Tunnel that does not need those kinds, and assumes no missing pods', async () => {
  await world.kube.create(tunnel('late/home', { replicas: 1 }));
  await world.kube.create(withPods(service('late/web', { tunnel: 'home', hostname: 'late.example.com' })));

  await exposed(world, 'late/web', ['late.example.com']);
  expect(remoteTunnels(world, 'test/late/home')).toHaveLength(1);
});

it('reports the missing permission to a Tunnel that needs it, and can delete that Tunnel', async () => {
  await world.kube.create(tunnel('late/wary', { replicas: 1, cloudflared: { networkPolicy: true } }));

  await becomes(world, ['Tunnel', 'late/wary'], 'Ready', { status: 'False', message: /networkpolicies.*is forbidden/ });
  await world.kube.delete('Tunnel', 'late/wary');
  await gone(world, 'Tunnel', 'late/wary');

  expect(remoteTunnels(world, 'test/late/wary')).toEqual([]);
});

it('has reported each missing kind once, and that the CRD now exists', () => {
  const told = operator.logs
    .filter(({ message }) => message.startsWith('A watch'))
    .map(({ kind, message }) => `${String(kind)}: ${message}`);

  expect(told.toSorted()).toEqual([
    'endpointslices: A watch failed and is retried',
    'ingressclasses: A watch failed and is retried',
    'ingresses: A watch failed and is retried',
    'networkpolicies: A watch failed and is retried',
    'poddisruptionbudgets: A watch failed and is retried',
    'serviceaccounts: A watch failed and is retried',
    'tunnels: A watch failed and is retried',
    'tunnels: A watch works again',
  ]);
});

// Invariants 10, 23.
describe('Ingresses', () => {
  const HOST = 'site.example.com';

  it('are served once the operator may read them', async () => {
    await world.kube.create(ingress('late/site', { [HOST]: { '/': 'web' } }, {}, { tunnel: 'home' }));
    await grant(ROLES);

    await eventually(async () => expect(await addressesOf(world, 'late/site')).toHaveLength(1));
    expect(await hostnamesOf(world, 'late/home')).toContain(HOST);
  });

  it('stay published when a restarted operator may not read them any more', async () => {
    await operator.end();
    await grant(ROLES.map(limited));
    operator = startOperator([...world.operator.flags, `--health-bind-address=${address}`]);
    await operator.logged('Leading');
    await world.kube.create(service('late/other', { tunnel: 'home', hostname: 'other.example.com' }));
    await exposed(world, 'late/other', ['other.example.com']);

    expect(await hostnamesOf(world, 'late/home')).toContain(HOST);
    expect(recordAt(world, HOST)).toBeDefined();
  });

  it('that have disappeared meanwhile are withdrawn once the operator may read them again', async () => {
    await world.kube.patch('Ingress', 'late/site', { metadata: { finalizers: null } });
    await world.kube.delete('Ingress', 'late/site');
    await grant(ROLES);

    await eventually(async () => expect(await hostnamesOf(world, 'late/home')).not.toContain(HOST));
    expect(recordAt(world, HOST)).toBeUndefined();
  });
});

async function grant(roles: readonly KubeObject[]): Promise<void> {
  for (const { metadata, ...role } of roles)
    await world.kube.patch('ClusterRole', metadata.name, { rules: role['rules'] });
}

async function readiness(): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(health);
  return { status: response.status, text: await response.text() };
}

interface Rule {
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

function limited(role: KubeObject): KubeObject {
  const rules = (role['rules'] as readonly Rule[]).flatMap((rule) => {
    if (rule.resources.some((resource) => REFUSED.has(resource))) return [];
    if (!rule.resources.includes('serviceaccounts')) return [rule];
    const others = rule.resources.filter((resource) => resource !== 'serviceaccounts');
    const verbs = rule.verbs.filter((verb) => !['list', 'watch'].includes(verb));
    return [
      { ...rule, resources: others },
      { ...rule, resources: ['serviceaccounts'], verbs },
    ];
  });
  return { ...role, rules };
}
