import { describe, expect, it } from '@jest/globals';
import type { KubeObject, OwnerReference, Tunnel } from '../../../../src/api/objects.ts';
import { type RetentionPort, retainOwned, settleOwners } from '../../../../src/controllers/tunnel/owned/retain.ts';
import { keyOf } from '../../../../src/core/keys.ts';
import { deploymentFor } from '../../../../src/core/manifests/deployment.ts';
import { ownerReferenceOf } from '../../../../src/core/owned.ts';
import { credentialsSecretFor } from '../../../../src/core/manifests/secret.ts';
import { serviceAccountFor } from '../../../../src/core/manifests/service-account.ts';
import { OperatorError } from '../../../../src/runtime/errors.ts';
import { aTunnel } from '../../../support/builders.ts';
import { aPass } from '../../../support/tunnel-pass.ts';

const HOME = aTunnel('shop/home');
const SUSPENDED = aTunnel('shop/home', { spec: { suspend: true } });
const CREDENTIALS = { accountId: 'a'.repeat(32), tunnelSecret: 'c2VjcmV0', tunnelId: 'tunnel-1' };

const BY_HOME = ownerReferenceOf(HOME);
const BY_SHOP: OwnerReference = { apiVersion: 'v1', kind: 'Namespace', name: 'shop', uid: 'uid of shop' };
const SECRET = credentialsSecretFor(HOME, CREDENTIALS, String);
const DEPLOYMENT = deploymentFor(HOME, { config: 'a', credentials: 'b' });
const ACCOUNT = serviceAccountFor(HOME);
const SHOP: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: 'uid of shop' } };

// Invariant 36.
describe('the objects of a suspended Tunnel', () => {
  it('belong to the namespace too, and nothing is written the second time', async () => {
    const cluster = aCluster([SHOP, SECRET, DEPLOYMENT, ACCOUNT]);

    await cluster.run(retainOwned, SUSPENDED);
    await cluster.run(retainOwned, SUSPENDED);

    expect(cluster.owners()).toEqual({ Secret: BOTH, Deployment: BOTH, ServiceAccount: BOTH });
    expect(cluster.writes).toEqual(['Secret', 'ServiceAccount', 'Deployment']);
  });

  it('are all protected although the process died between two of them', async () => {
    const cluster = aCluster([SHOP, withOwners(SECRET, BOTH), DEPLOYMENT]);

    await cluster.run(retainOwned, SUSPENDED);

    expect(cluster.writes).toEqual(['Deployment']);
  });

  it('are left alone if they are not its own', async () => {
    const cluster = aCluster([SHOP, withOwners(SECRET, []), withOwners(DEPLOYMENT, [{ ...BY_HOME, uid: 'other' }])]);

    await cluster.run(retainOwned, SUSPENDED);

    expect(cluster.writes).toEqual([]);
  });

  it('are protected although some of them may not be read', async () => {
    const cluster = aCluster([SHOP, SECRET, DEPLOYMENT], ['NetworkPolicy', 'ServiceAccount']);

    await cluster.run(retainOwned, SUSPENDED);

    expect(cluster.writes).toEqual(['Secret', 'Deployment']);
  });

  it('cannot be protected where the namespace may not be read, which is a failure', async () => {
    const cluster = aCluster([DEPLOYMENT], ['Namespace']);

    await expect(cluster.run(retainOwned, SUSPENDED)).rejects.toThrow('may not read Namespace shop');
  });

  it.each([
    { case: 'still refer to it', owners: [BY_HOME, BY_SHOP] },
    { case: 'were never protected', owners: [BY_HOME] },
    { case: 'have been released by the garbage collector', owners: [BY_SHOP] },
  ])('lose every owner of ours when it is deleted and they $case', async ({ owners }) => {
    const cluster = aCluster([withOwners(SECRET, owners), withOwners(DEPLOYMENT, owners)]);

    await cluster.run(settleOwners, SUSPENDED);
    await cluster.run(settleOwners, SUSPENDED);

    expect(cluster.owners()).toEqual({ Secret: [], Deployment: [] });
    expect(cluster.writes).toEqual(['Secret', 'Deployment']);
  });
});

describe('the objects of a Tunnel that was resumed and is deleted', () => {
  it('go with it', async () => {
    const cluster = aCluster([withOwners(SECRET, BOTH), withOwners(DEPLOYMENT, BOTH), ACCOUNT]);

    await cluster.run(settleOwners, HOME);

    expect(cluster.owners()).toEqual({ Secret: [BY_HOME], Deployment: [BY_HOME], ServiceAccount: [BY_HOME] });
    expect(cluster.writes).toEqual(['Secret', 'Deployment']);
  });

  it('stay if only the namespace owns them: they may be those of a Tunnel that was there before', async () => {
    const cluster = aCluster([withOwners(SECRET, [BY_SHOP])]);

    await cluster.run(settleOwners, HOME);

    expect(cluster.writes).toEqual([]);
  });
});

const BOTH = [BY_HOME, BY_SHOP];

interface Cluster {
  /** Kinds of the objects whose owners were written. */
  readonly writes: string[];
  run(work: typeof retainOwned, tunnel: Tunnel): Promise<void>;
  /** By kind. */
  owners(): Readonly<Record<string, readonly OwnerReference[] | undefined>>;
}

/** `unreadable`: kinds that are neither watched nor may be read. */
function aCluster(stored: readonly KubeObject[], unreadable: readonly string[] = []): Cluster {
  const objects = new Map(stored.map((object) => [idOf(object), object]));
  const writes: string[] = [];
  const secrets = {
    get: async (key: string) => objects.get(`Secret ${key}`),
    forget: () => undefined,
  };
  const port: RetentionPort = {
    cached: (object) => objects.get(idOf(object)),
    objects: {
      find: async (object) => {
        if (unreadable.includes(object.kind))
          throw new OperatorError('KubernetesRefused', 'wait', `may not read ${idOf(object)}`);
        return undefined;
      },
      setOwners: async (object, owners) => {
        writes.push(object.kind);
        objects.set(idOf(object), withOwners(object, owners));
        return object;
      },
    },
    hash: String,
  };
  return {
    writes,
    run: (work, tunnel) => work(port, aPass(tunnel, { secrets })),
    owners: () =>
      Object.fromEntries(
        [...objects.values()]
          .filter(({ kind }) => kind !== 'Namespace')
          .map(({ kind, metadata }) => [kind, metadata.ownerReferences]),
      ),
  };
}

function idOf(object: KubeObject): string {
  return `${object.kind} ${keyOf(object)}`;
}

function withOwners(object: KubeObject, ownerReferences: readonly OwnerReference[]): KubeObject {
  return { ...object, metadata: { ...object.metadata, ownerReferences } };
}
