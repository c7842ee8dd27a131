/** The world of a storm: two namespaces, servers with clocks of their own, and an operator with limited permissions. */
import type { KubeApi, ResourceRef } from 'cftunnel-sandbox/kubernetes/api';
import { countedOrigin, originDeployment } from '../support/counted-origin.ts';
import { Intruders } from '../support/intruders.ts';
import { type LocalWorld, startLocalWorld } from '../support/local-world.ts';
import { OPERATOR_USER, Rights } from './rights.ts';

export const NAMESPACES = ['blue', 'red'] as const;

/** Factor by which the operator waits faster than in real time. */
export const OPERATOR_SPEED = 20;

export const KINDS = {
  secrets: { group: '', version: 'v1', plural: 'secrets' },
  services: { group: '', version: 'v1', plural: 'services' },
  configmaps: { group: '', version: 'v1', plural: 'configmaps' },
  serviceaccounts: { group: '', version: 'v1', plural: 'serviceaccounts' },
  deployments: { group: 'apps', version: 'v1', plural: 'deployments' },
  tunnels: { group: 'cftunnel.io', version: 'v1alpha1', plural: 'tunnels' },
  accesspolicies: { group: 'cftunnel.io', version: 'v1alpha1', plural: 'accesspolicies' },
} as const satisfies Record<string, ResourceRef>;

export interface StormWorld extends LocalWorld {
  readonly api: KubeApi;
  readonly skews: Skews;
  readonly rights: Rights;
  /** Visitors without credentials. */
  readonly intruders: Intruders;
  /** Errors of passes that ended in a bug. */
  readonly bugs: readonly unknown[];
  /** The foreign objects at the start. */
  readonly foreignBefore: unknown;
  /** Puts a new token into the Secret of a namespace. The old token stays valid, as in a careful rotation. */
  giveToken(namespace: string): void;
}

/** How far the clocks of the servers are ahead. */
export interface Skews {
  kubernetesMs: number;
  cloudflareMs: number;
}

/** Starts a world with an operator, which begins to work when its caches are filled. */
export async function startStormWorld(): Promise<StormWorld> {
  const skews = { kubernetesMs: 0, cloudflareMs: 0 };
  const bugs: unknown[] = [];
  const observer = {
    ended: ({ unexpected }: { readonly unexpected?: unknown }) => {
      if (unexpected !== undefined) bugs.push(unexpected);
    },
  };
  let intruders: Intruders | undefined;
  const images = () => [countedOrigin((request) => intruders?.arrived(request))];
  const world = await startLocalWorld({
    cluster: 'storm',
    namespaces: NAMESPACES,
    services: [],
    sandbox: {
      images,
      kubernetes: { now: () => Date.now() + skews.kubernetesMs },
      // A rate window keeps its length on the operator's clock.
      cloudflare: { now: () => Date.now() + skews.cloudflareMs, elapsed: () => performance.now() * OPERATOR_SPEED },
    },
    operator: { kubernetesUser: OPERATOR_USER, speed: OPERATOR_SPEED, observer },
  });
  intruders = new Intruders(world.sandbox);
  for (const namespace of NAMESPACES) await world.kube.create(originDeployment(`${namespace}/origin`));
  const { api } = world.sandbox.kubernetes;
  const rights = new Rights(world.sandbox, world.token);
  const foreignBefore = await world.foreign();
  void world.startOperator();
  return {
    ...world,
    api,
    skews,
    rights,
    intruders,
    bugs,
    foreignBefore,
    async stop() {
      await intruders.stop();
      await world.stop();
    },
    giveToken(namespace) {
      const found = api.get(KINDS.secrets, namespace, 'cloudflare');
      const stringData = { CLOUDFLARE_API_TOKEN: rights.addToken(world.accountId) };
      if (found !== undefined) api.update(KINDS.secrets, { ...found, stringData });
    },
  };
}
