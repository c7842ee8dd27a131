import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { load, loadAll } from 'js-yaml';
import { type Kind, type KubeObject, keyOf } from '../support/kube-client.ts';
import type { KubeCall } from '../support/world-activity.ts';
import { service, tunnel } from '../support/world-objects.ts';
import { becomes, exposed, gone, ready } from '../support/world-views.ts';
import { type World, startWorld } from '../support/world.ts';

jest.setTimeout(60_000);

const DEPLOY = join(import.meta.dirname, '..', '..', 'deploy');

/** What `kubectl kustomize` makes of the folder; undefined where there is no kubectl. */
const KUBECTL = kustomized();

/** One right: a verb on a resource, or on a subresource of it. */
type Right = `${string} ${string}`;

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Rights that no request uses, and why they are granted all the same. */
const UNUSED: Readonly<Record<Right, string>> = {
  'update cftunnel.io/tunnels/finalizers':
    'asked by the admission plugin OwnerReferencesPermissionEnforcement when an owned object is made',
};

let world: World;

beforeAll(async () => {
  world = await startWorld({ flags: ['--cluster-name='], isOperatorStarted: false });
});
afterAll(() => world.stop());

describe('kubectl apply -k deploy', () => {
  const objects = resourcesOf('kustomization.yaml');
  const names = objects.map((object) => `${object.kind} ${keyOf(object)}`);

  it('is these objects, and no others', () => {
    expect(names).toEqual([
      'Namespace cftunnel-system',
      'CustomResourceDefinition tunnels.cftunnel.io',
      'ServiceAccount cftunnel-system/cftunnel-operator',
      'ClusterRole cftunnel-operator',
      'ClusterRoleBinding cftunnel-operator',
      'Role cftunnel-system/cftunnel-operator',
      'RoleBinding cftunnel-system/cftunnel-operator',
      'Deployment cftunnel-system/cftunnel-operator',
    ]);
  });

  it(`is what kustomize makes of it${KUBECTL === undefined ? ' (LEFT OUT: there is no kubectl)' : ''}`, () => {
    const rendered = KUBECTL === undefined ? objects : (loadAll(KUBECTL) as KubeObject[]);

    expect(rendered.map((object) => `${object.kind} ${keyOf(object)}`).toSorted()).toEqual(names.toSorted());
  });

  it('installs the CRD that is in crds', () => {
    const crd = readFileSync(join(DEPLOY, '..', 'crds', 'tunnels.cftunnel.io.yaml'), 'utf8');

    expect(objects.find(({ kind }) => kind === 'CustomResourceDefinition')).toEqual(load(crd));
  });

  it('is taken by the API server as it is, and again without a change', async () => {
    for (const object of objects) await world.kube.apply(object);
    const first = await Promise.all(objects.map((object) => world.kube.get(object.kind as Kind, keyOf(object))));
    for (const object of objects) await world.kube.apply(object);
    const second = await Promise.all(objects.map((object) => world.kube.get(object.kind as Kind, keyOf(object))));

    expect(second.map(({ metadata }) => metadata.generation)).toEqual(first.map(({ metadata }) => metadata.generation));
  });
});

describe('the rights of the operator', () => {
  let used: ReadonlySet<Right>;
  const granted = new Set(rolesIn('rbac.yaml').flatMap(rightsOf));

  /** A life of everything: made, exposed, edited, unexposed, removed. */
  beforeAll(async () => {
    await world.operator.start();
    await world.addNamespace('rights');
    await world.kube.create(tunnel('rights/home', { cloudflared: { networkPolicy: true } }));
    await world.kube.create(tunnel('rights/broken', { credentialsRef: { name: 'missing' } }));
    await world.kube.create(service('rights/web', { tunnel: 'home', hostname: 'app.example.com' }));
    await exposed(world, 'rights/web', ['app.example.com']);
    await becomes(world, ['Tunnel', 'rights/broken'], 'Ready', { status: 'False', reason: 'SecretNotFound' });
    const spec = { replicas: 1, cloudflared: { networkPolicy: false } };
    await world.kube.patch('Tunnel', 'rights/home', { spec });
    await gone(world, 'PodDisruptionBudget', 'rights/home-cloudflared');
    await gone(world, 'NetworkPolicy', 'rights/home-cloudflared');
    await ready(world, 'rights/home');
    await world.kube.delete('Service', 'rights/web');
    await gone(world, 'Service', 'rights/web');
    await world.kube.delete('Tunnel', 'rights/home');
    await gone(world, 'Tunnel', 'rights/home');
    await world.operator.stop();
    used = new Set(world.operatorCalls().flatMap(rightsUsedBy));
  });

  it('cover every request it makes', () => {
    expect([...used].filter((right) => !granted.has(right))).toEqual([]);
  });

  it('are all used, but for those that are granted for a reason', () => {
    expect([...granted].filter((right) => !used.has(right) && UNUSED[right] === undefined)).toEqual([]);
    expect(Object.keys(UNUSED).filter((right) => !granted.has(right as Right))).toEqual([]);
  });

  it('reach Leases in its own namespace only', () => {
    const leases = world.operatorCalls().filter(({ target }) => target.resource === 'leases');

    expect(new Set(leases.map(({ target }) => target.namespace))).toEqual(new Set(['cftunnel-system']));
    expect(
      rolesIn('rbac.yaml', /^ClusterRole$/)
        .flatMap(rightsOf)
        .filter((right) => right.includes('leases')),
    ).toEqual([]);
  });

  it('never let it list or watch Secrets, nor use a wildcard', () => {
    const secrets = [...granted].filter((right) => right.endsWith(' /secrets'));

    expect(secrets.toSorted()).toEqual(['create /secrets', 'get /secrets', 'patch /secrets']);
    expect([...granted].filter((right) => right.includes('*'))).toEqual([]);
  });
});

function kustomized(): string | undefined {
  const { error, status, stdout, stderr } = spawnSync('kubectl', ['kustomize', DEPLOY], { encoding: 'utf8' });
  if (error !== undefined) return undefined;
  if (status !== 0) throw new Error(`kubectl kustomize: ${stderr}`);
  return stdout;
}

/** The objects that a kustomization lists, in its order. */
function resourcesOf(kustomization: string): readonly KubeObject[] {
  const { resources } = load(readFileSync(join(DEPLOY, kustomization), 'utf8')) as { readonly resources: string[] };
  return resources.flatMap((file) => loadAll(readFileSync(join(DEPLOY, file), 'utf8')) as KubeObject[]);
}

function rolesIn(file: string, kind = /Role$/): readonly Rule[] {
  const objects = loadAll(readFileSync(join(DEPLOY, file), 'utf8')) as readonly KubeObject[];
  return objects
    .filter((object) => kind.test(object.kind))
    .flatMap((object) => (object['rules'] as readonly Rule[] | undefined) ?? []);
}

function rightsOf({ apiGroups, resources, verbs }: Rule): readonly Right[] {
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) => verbs.map((verb): Right => `${verb} ${group}/${resource}`)),
  );
}

/** What the API server asks of the caller: an apply that makes the object needs the right to create it, too. */
function rightsUsedBy({ target, status }: KubeCall): readonly Right[] {
  const { verb, group, resource, subresource } = target;
  const on = `${group}/${resource}${subresource === '' ? '' : `/${subresource}`}`;
  return verb === 'patch' && status === 201 ? [`patch ${on}`, `create ${on}`] : [`${verb} ${on}`];
}
