import { beforeAll, describe, expect, it } from '@jest/globals';
import { isRealApi } from 'cftunnel-sandbox/testing/is-real-api';
import { useWorld } from '../support/shared.ts';
import { type Kind, type KubeObject, keyOf } from '../support/kube-client.ts';
import { NO_WRITES } from '../support/world-activity.ts';
import { namespace, secret, service, tunnel } from '../support/world-objects.ts';
import { exposed, ready, refused } from '../support/world-views.ts';

/** The field managers with which Argo CD and Flux apply what is in Git. */
const MANAGERS = ['argocd-controller', 'kustomize-controller'];

const world = useWorld();

/** Rules at Cloudflare need a connector that takes them, which there is not on a real API server. */
const CONFIG_MODE = isRealApi ? 'Local' : 'Remote';

/** What Git holds for a team. Everything is applied at once, each object before the ones that it refers to. */
function manifestsOf(team: string): readonly KubeObject[] {
  const web = service(`${team}/web`, { tunnel: 'home', hostname: `${team}.example.com` });
  return [
    namespace(team, { team }),
    web,
    service(`${team}/shop`, { tunnel: 'shop' }),
    service(`${team}/refused`, { tunnel: 'home', hostname: `${team}.example.org` }),
    service(`${team}/internal`),
    tunnel(`${team}/home`, { allowedRoutes: { hostnames: ['*.example.com'] } }),
    tunnel(`${team}/shop`, {
      domain: `${team}-shop.example.com`,
      replicas: 1,
      configMode: CONFIG_MODE,
      dns: { mode: 'UpsertOnly' },
      cloudflared: { extraEnv: [{ name: 'ONE', value: '1' }], gracePeriod: '1m' },
      originRequest: { connectTimeout: '10s' },
    }),
    secret(`${team}/cloudflare`, { CLOUDFLARE_API_TOKEN: world.cloudflare.token }),
  ];
}

/** A real API server takes each apply of an empty map for a change, whoever else writes the object. */
function withoutEmptyAnnotations({ metadata, ...object }: KubeObject): KubeObject {
  const { annotations = {}, ...others } = metadata;
  return { ...object, metadata: Object.keys(annotations).length === 0 ? others : metadata };
}

// Invariant 45.
describe.each(MANAGERS)('objects that %s applies from Git', (manager) => {
  const team = manager.split('-')[0] ?? '';
  let manifests: readonly KubeObject[];

  beforeAll(async () => {
    manifests = manifestsOf(team).map(withoutEmptyAnnotations);
    for (const object of manifests) await world.kube.apply(object, manager);
    await ready(world, `${team}/home`);
    await ready(world, `${team}/shop`);
    await exposed(world, `${team}/web`, [`${team}.example.com`]);
    await exposed(world, `${team}/shop`, [`shop.${team}-shop.example.com`]);
    await refused(world, `${team}/refused`, 'NotAllowed');
    await world.settled();
  });

  it('show no difference when they are compared', async () => {
    for (const object of manifests) expect(await applied(object, manager, 'dryRun=All')).toEqual(await live(object));
  });

  it('are unchanged when they are applied again, and the operator writes nothing', async () => {
    const before = await Promise.all(manifests.map(live));
    world.forgetCalls();

    for (const object of manifests) await world.kube.apply(object, manager);
    await world.settled();

    expect(await Promise.all(manifests.map(live))).toEqual(before);
    expect(world.writtenSoFar()).toEqual(NO_WRITES);
  });

  it('share no field with the operator, which owns only its finalizer and the status', async () => {
    const owned = await Promise.all(manifests.map(async (object) => fieldsOfOperator(await live(object))));

    expect(new Set(owned.flat())).toEqual(
      new Set(['metadata.finalizers: v:"cftunnel.io/finalizer"', 'status (status)']),
    );
  });

  it('can be changed in Git without a conflict', async () => {
    const hostname = `new-${team}.example.com`;
    const changed = service(`${team}/web`, { tunnel: 'home', hostname });

    await world.kube.apply(changed, manager);

    await exposed(world, `${team}/web`, [hostname]);
    await world.settled();
    expect(await applied(changed, manager, 'dryRun=All')).toEqual(await live(changed));
  });
});

function live(object: KubeObject): Promise<KubeObject> {
  return world.kube.get(object.kind as Kind, keyOf(object));
}

/** Fails on a conflict, because it does not force anything. */
async function applied(object: KubeObject, manager: string, parameters: string): Promise<KubeObject> {
  return world.kube.apply(object, `${manager}&${parameters}`);
}

interface ManagedFields {
  readonly manager: string;
  readonly subresource?: string;
  readonly fieldsV1: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/** The fields that the operator owns: the ones in metadata by name, those below status together. */
function fieldsOfOperator(object: KubeObject): readonly string[] {
  const { managedFields = [] } = object.metadata as { readonly managedFields?: readonly ManagedFields[] };
  return managedFields
    .filter(({ manager }) => manager === 'cftunnel-operator')
    .flatMap(({ subresource, fieldsV1 }) =>
      Object.entries(fieldsV1).flatMap(([root, fields]) =>
        root === 'f:metadata' ? Object.entries(fields).flatMap(inMetadata) : `${root.slice(2)} (${subresource})`,
      ),
    );
}

function inMetadata([field, items]: readonly [string, object]): readonly string[] {
  return Object.keys(items)
    .filter((item) => item !== '.')
    .map((item) => `metadata.${field.slice(2)}: ${item}`);
}
