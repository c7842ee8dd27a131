import { describe, expect, it } from '@jest/globals';
import type { KubeObject, OwnerReference, Tunnel } from '../../../../src/api/objects.ts';
import { type RetentionPort, retainOwned, settleOwners } from '../../../../src/controllers/tunnel/owned/retain.ts';
import { keyOf } from '../../../../src/core/keys.ts';
import { configMapFor } from '../../../../src/core/manifests/config-map.ts';
import { deploymentFor } from '../../../../src/core/manifests/deployment.ts';
import { networkPolicyFor } from '../../../../src/core/manifests/network-policy.ts';
import { podDisruptionBudgetFor } from '../../../../src/core/manifests/pod-disruption-budget.ts';
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
const CONFIG_MAP = configMapFor(HOME, { config: '', routes: '', caFiles: {}, hash: '' });
const ACCOUNT = serviceAccountFor(HOME);
const SHOP: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: 'uid of shop' } };

// Invariant 36.
describe('the objects of a suspended Tunnel', () => {
  it('belong to the namespace too, and nothing is written the second time', async () => {
    const others = [podDisruptionBudgetFor(HOME), networkPolicyFor(HOME), CONFIG_MAP];
    const cluster = aCluster([SHOP, SECRET, DEPLOYMENT, ACCOUNT, ...others]);

    await cluster.run(retainOwned, SUSPENDED);
    await cluster.run(retainOwned, SUSPENDED);

    const kinds = ['Secret', 'ConfigMap', 'ServiceAccount', 'Deployment', 'PodDisruptionBudget', 'NetworkPolicy'];
    expect(cluster.owners()).toEqual(Object.fromEntries(kinds.map((kind) => [kind, BOTH])));
    expect(cluster.writes).toEqual(kinds);
  });

  it('are protected already, so their namespace is not read', async () => {
    const cluster = aCluster([withOwners(SECRET, BOTH)], ['Namespace']);

    await cluster.run(retainOwned, SUSPENDED);

    expect(cluster.writes).toEqual([]);
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

  it.each([
    {
      case: 'may not be read',
      unreadable: ['Namespace'],
      disposition: 'wait',
      message: 'may not read v1 Namespace shop',
    },
    { case: 'does not exist', unreadable: [], disposition: 'retry', message: 'Namespace shop does not exist' },
  ])(
    'cannot be protected where the namespace $case, which is a failure',
    async ({ unreadable, disposition, message }) => {
      const cluster = aCluster([DEPLOYMENT], unreadable);

      await expect(cluster.run(retainOwned, SUSPENDED)).rejects.toMatchObject({
        reason: 'KubernetesRefused',
        disposition,
        message,
      });
    },
  );

  it('are not protected in part while the API server is away', async () => {
    const cluster = aCluster([SHOP, SECRET, DEPLOYMENT], ['NetworkPolicy']);
    cluster.reason = 'KubernetesUnavailable';

    await expect(cluster.run(retainOwned, SUSPENDED)).rejects.toMatchObject({ reason: 'KubernetesUnavailable' });
    expect(cluster.writes).toEqual([]);
  });

  it('are not those of somebody else, whoever protects them', async () => {
    const cluster = aCluster([withOwners({ ...SECRET, data: {} } as KubeObject, [BY_SHOP])]);

    await cluster.run(settleOwners, SUSPENDED);

    expect(cluster.writes).toEqual([]);
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

  it('go with it although some of them may not be written', async () => {
    const cluster = aCluster([withOwners(SECRET, BOTH), withOwners(DEPLOYMENT, BOTH)]);
    cluster.unwritable = ['Secret'];

    await cluster.run(settleOwners, HOME);

    expect(cluster.writes).toEqual(['Deployment']);
  });

  it('stay if only the namespace owns them: they may be those of a Tunnel that was there before', async () => {
    const cluster = aCluster([withOwners(SECRET, [BY_SHOP])]);

    await cluster.run(settleOwners, HOME);

    expect(cluster.writes).toEqual([]);
  });
});

const BOTH = [BY_HOME, BY_SHOP];

interface Cluster {
  /** Why an object cannot be read or written. */
  reason: OperatorError['reason'];
  unwritable: readonly string[];
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
    get: async (key: string) => objects.get(`v1 Secret ${key}`),
    forget: () => undefined,
  };
  const refuse = (object: KubeObject, verb: string): never => {
    throw new OperatorError(cluster.reason, 'wait', `may not ${verb} ${idOf(object)}`);
  };
  const port: RetentionPort = {
    cached: (object) => objects.get(idOf(object)),
    objects: {
      find: async (object) => {
        if (unreadable.includes(object.kind)) refuse(object, 'read');
        return undefined;
      },
      setOwners: async (object, owners) => {
        if (cluster.unwritable.includes(object.kind)) refuse(object, 'write');
        writes.push(object.kind);
        objects.set(idOf(object), withOwners(object, owners));
        return object;
      },
    },
    hash: String,
  };
  const cluster: Cluster = {
    reason: 'KubernetesRefused',
    unwritable: [],
    writes,
    run: (work, tunnel) => work(port, aPass(tunnel, { secrets })),
    owners: () =>
      Object.fromEntries(
        [...objects.values()]
          .filter(({ kind }) => kind !== 'Namespace')
          .map(({ kind, metadata }) => [kind, metadata.ownerReferences]),
      ),
  };
  return cluster;
}

function idOf(object: KubeObject): string {
  return `${object.apiVersion} ${object.kind} ${keyOf(object)}`;
}

function withOwners(object: KubeObject, ownerReferences: readonly OwnerReference[]): KubeObject {
  return { ...object, metadata: { ...object.metadata, ownerReferences } };
}
