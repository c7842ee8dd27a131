/** Compares a world with the desired state: what is missing, what is left over, and whether foreign objects changed. */
import { isDeepStrictEqual } from 'node:util';
import type { DesiredState } from './desired-state.ts';
import { accessProblems } from './access-problems.ts';
import { difference } from './difference.ts';
import { type Kind, KubeError, type KubeObject, keyOf } from './kube-client.ts';
import type { LocalWorld } from './local-world.ts';
import { serviceTokenProblems } from './service-token-problems.ts';
import { EXPOSED, conditionOf } from './world-views.ts';

const OUR_FINALIZER = 'cftunnel.io/finalizer';

/** Describes each difference from the desired state. Empty when there is none. `foreign`: as it was at the start. */
export async function findWorldProblems(
  world: LocalWorld,
  desired: DesiredState,
  foreign: unknown,
): Promise<readonly string[]> {
  const tunnels = await world.kube.list('Tunnel').catch(orNone);
  return [
    ...difference('Tunnel', Object.keys(desired.tunnels), tunnels.map(keyOf)),
    ...tunnels.flatMap((tunnel) => tunnelProblems(world, tunnel, desired)),
    ...remoteProblems(world, desired),
    ...(await tokenProblems(world, desired)),
    ...(await ownedProblems(world, desired)),
    ...(await serviceProblems(world, desired)),
    ...(await ruleProblems(world, desired)),
    ...remoteRuleProblems(world, desired),
    ...accessProblems(world, desired),
    ...(await serviceTokenProblems(world, desired)),
    ...(isDeepStrictEqual(await world.foreign(), foreign) ? [] : ['a foreign object was changed']),
  ];
}

function tunnelProblems(world: LocalWorld, tunnel: KubeObject, { tunnels }: DesiredState): readonly string[] {
  const key = keyOf(tunnel);
  const ready = conditionOf(tunnel, 'Ready');
  const isDone = conditionOf(tunnel, 'Reconciling') === undefined;
  const isReady = isDone && ready?.status === 'True' && ready.observedGeneration === tunnel.metadata.generation;
  return [
    ...(isReady ? [] : [`Tunnel ${key} is not Ready: ${JSON.stringify(ready)}`]),
    ...difference(`finalizer of Tunnel ${key}`, [OUR_FINALIZER], tunnel.metadata.finalizers ?? []),
    ...difference(`ready replicas of ${key}`, [String(tunnels[key])], [String(tunnel.status?.['readyReplicas'])]),
    ...difference(`id of ${key}`, [String(remoteId(world, key))], [String(tunnel.status?.['tunnelId'])]),
  ];
}

/** One tunnel each, and the records of what is exposed. */
function remoteProblems(world: LocalWorld, { tunnels, exposed, abandoned }: DesiredState): readonly string[] {
  const left = (abandoned?.hostnames ?? []).map((hostname) => ({ by: abandoned?.tunnel ?? '', hostname }));
  const keys = [...Object.keys(tunnels), ...(abandoned === undefined ? [] : [abandoned.tunnel])];
  const names = world.tunnels().map(({ name }) => name);
  const records = [...Object.values(exposed), ...left].map(({ by, hostname }) => {
    const content = `${remoteId(world, by)}.cfargotunnel.com`;
    return recordInWords({ name: hostname, content, comment: world.mark + by, proxied: true });
  });
  return [
    ...difference(
      'remote tunnel',
      keys.map((key) => `${world.cluster}/${key}`),
      names.filter((name) => name.startsWith(`${world.cluster}/`)),
    ),
    ...difference('record', records, world.ownRecords().map(recordInWords)),
  ];
}

/** The connectors have the secret in force, no other one is pending, and the last request for a new one is handled. */
async function tokenProblems(world: LocalWorld, { tunnels }: DesiredState): Promise<readonly string[]> {
  const found = await Promise.all(
    Object.keys(tunnels).map(async (key) => {
      const tunnel = await world.kube.find('Tunnel', key);
      const secret = await world.kube.find('Secret', `${key}-cloudflared-credentials`);
      const read = (name: string): Record<string, unknown> => JSON.parse(atob(secret?.data?.[name] ?? 'e30='));
      const remote = world.tunnels().find(({ id }) => id === remoteId(world, key));
      const handled = (tunnel?.status?.['tokenRotation'] as { readonly handled?: string } | undefined)?.handled;
      const requested = tunnel?.metadata.annotations?.['cftunnel.io/rotate-token'];
      return [
        ...(read('credentials.json')['TunnelSecret'] === remote?.secret
          ? []
          : [`${key}: the credentials are not in force`]),
        ...(read('rotation.json')['pending'] === undefined ? [] : [`${key}: a rotation is pending`]),
        ...(requested === undefined || requested === handled ? [] : [`${key}: the requested rotation is not handled`]),
      ];
    }),
  );
  return found.flat();
}

interface RecordFields {
  readonly name: string;
  readonly content: string;
  readonly comment: string | null;
  readonly proxied: boolean;
}

function recordInWords({ name, content, comment, proxied }: RecordFields): string {
  return `${name} -> ${content} (${comment}${proxied ? '' : ', not proxied'})`;
}

async function ownedProblems({ kube }: LocalWorld, { tunnels, tokens = [] }: DesiredState): Promise<readonly string[]> {
  const workloads = Object.keys(tunnels).map((key) => `${key}-cloudflared`);
  const spread = Object.entries(tunnels).flatMap(([key, replicas]) => (replicas > 1 ? [`${key}-cloudflared`] : []));
  const desired: readonly (readonly [Kind, readonly string[]])[] = [
    ['Secret', [...workloads.map((key) => `${key}-credentials`), ...tokens]],
    ['ConfigMap', workloads],
    ['ServiceAccount', workloads],
    ['Deployment', workloads],
    ['PodDisruptionBudget', spread],
  ];
  const found = await Promise.all(
    desired.map(async ([kind, keys]) => difference(kind, keys, (await kube.list(kind)).filter(isManaged).map(keyOf))),
  );
  return found.flat();
}

async function serviceProblems({ kube }: LocalWorld, { exposed }: DesiredState): Promise<readonly string[]> {
  const services = await kube.list('Service');
  return services.flatMap((service) => {
    const hostname = exposed[keyOf(service)]?.hostname;
    const found = conditionOf(service, EXPOSED);
    return [
      ...difference(
        `finalizer of Service ${keyOf(service)}`,
        hostname === undefined ? [] : [OUR_FINALIZER],
        (service.metadata.finalizers ?? []).filter((finalizer) => finalizer === OUR_FINALIZER),
      ),
      ...difference(
        `condition of Service ${keyOf(service)}`,
        hostname === undefined ? [] : [`True https://${hostname}`],
        found === undefined ? [] : [`${found.status} ${found.message.replace(/;.*/, '')}`],
      ),
    ];
  });
}

async function ruleProblems({ kube }: LocalWorld, { tunnels, exposed }: DesiredState): Promise<readonly string[]> {
  const found = await Promise.all(
    Object.keys(tunnels).map(async (key) => {
      const configMap = await kube.find('ConfigMap', `${key}-cloudflared`);
      const { rules = [] } = JSON.parse(configMap?.data?.['routes.json'] ?? '{}') as PublishedRoutes;
      return rules.map(({ hostname, service }) => `${key}: ${hostname} -> ${service}`);
    }),
  );
  const desired = Object.entries(exposed).map(([service, { by, hostname }]) => `${by}: ${hostname} -> ${service}`);
  return difference('rule', desired, found.flat());
}

/** The rules at Cloudflare of each tunnel that is configured there. */
function remoteRuleProblems(world: LocalWorld, { tunnels, exposed }: DesiredState): readonly string[] {
  return Object.keys(tunnels).flatMap((key) => {
    const remote = world.tunnels().find(({ id }) => id === remoteId(world, key));
    if (remote?.configSource !== 'cloudflare') return [];
    const { ingress = [] } = (remote.configuration?.config ?? {}) as RemoteConfig;
    const desired = Object.values(exposed).flatMap(({ by, hostname }) => (by === key ? [hostname] : []));
    return difference(
      `rule of ${key} at Cloudflare`,
      desired,
      ingress.flatMap(({ hostname }) => hostname ?? []),
    );
  });
}

interface RemoteConfig {
  readonly ingress?: readonly { readonly hostname?: string }[];
}

interface PublishedRoutes {
  readonly rules?: readonly { readonly hostname: string; readonly service: string }[];
}

/** The id of the remote tunnel of a Tunnel. */
export function remoteId(world: LocalWorld, key: string): string | undefined {
  return world.tunnels().find(({ name }) => name === `${world.cluster}/${key}`)?.id;
}

/** The kind is not served any more. */
function orNone(error: unknown): readonly KubeObject[] {
  if (error instanceof KubeError && error.code === 404) return [];
  throw error;
}

function isManaged({ metadata }: KubeObject): boolean {
  return metadata.labels?.['app.kubernetes.io/managed-by'] === 'cftunnel-operator';
}
