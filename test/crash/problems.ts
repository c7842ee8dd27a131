/** Compares a world with the desired state: what is missing, what is left over, and which foreign objects changed. */
import { isDeepStrictEqual } from 'node:util';
import type { OperatorError } from '../../src/runtime/errors.ts';
import { type Kind, KubeError, type KubeObject, keyOf } from '../support/kube-client.ts';
import { difference } from '../support/difference.ts';
import { conditionOf } from '../support/world-views.ts';
import { CLUSTER, type CrashWorld, FOREIGN_FINALIZER, MARK } from './crash-world.ts';
import type { DesiredState } from './desired-state.ts';

const OUR_FINALIZER = 'cftunnel.io/finalizer';

/** What existed at the start, and the failures reported since. */
export interface Known {
  readonly foreign: unknown;
  readonly failures: readonly OperatorError[];
}

/** Describes each difference from the desired state. Empty when there is none. */
export async function findProblems(world: CrashWorld, desired: DesiredState, known: Known): Promise<readonly string[]> {
  const tunnels = await world.kube.list('Tunnel').catch(orNone);
  return [
    ...difference('Tunnel', Object.keys(desired.tunnels), tunnels.map(keyOf)),
    ...tunnels.flatMap((tunnel) => tunnelProblems(world, tunnel, desired)),
    ...remoteProblems(world, desired),
    ...(await tokenProblems(world, desired)),
    ...(await ownedProblems(world, desired)),
    ...(await serviceProblems(world, desired)),
    ...(await ruleProblems(world, desired)),
    ...(await abandonedProblems(world, desired, known)),
    ...(await goneProblems(world, desired)),
    ...(isDeepStrictEqual(await world.foreign(), known.foreign) ? [] : ['a foreign object was changed']),
  ];
}

function tunnelProblems(world: CrashWorld, tunnel: KubeObject, { tunnels }: DesiredState): readonly string[] {
  const key = keyOf(tunnel);
  const ready = conditionOf(tunnel, 'Ready');
  const isDone = conditionOf(tunnel, 'Reconciling') === undefined;
  const isReady = isDone && ready?.status === 'True' && ready.observedGeneration === tunnel.metadata.generation;
  return [
    ...(isReady ? [] : [`Tunnel ${key} is not Ready: ${JSON.stringify(ready)}`]),
    ...difference(`finalizer of Tunnel ${key}`, [OUR_FINALIZER], tunnel.metadata.finalizers ?? []),
    ...difference(`ready replicas of ${key}`, [String(tunnels[key])], [String(tunnel.status?.['readyReplicas'])]),
    ...difference(`id of ${key}`, [String(idOf(world, key))], [String(tunnel.status?.['tunnelId'])]),
  ];
}

/** One tunnel each, and the records of what is exposed. */
function remoteProblems(world: CrashWorld, { tunnels, exposed, abandoned }: DesiredState): readonly string[] {
  const left = (abandoned?.hostnames ?? []).map((hostname) => ({ by: abandoned?.tunnel ?? '', hostname }));
  const keys = [...Object.keys(tunnels), ...(abandoned === undefined ? [] : [abandoned.tunnel])];
  const names = world.tunnels().map(({ name }) => name);
  const ours = names.filter((name) => name.startsWith(`${CLUSTER}/`));
  const records = world.records().filter(({ comment }) => comment?.startsWith(MARK));
  return [
    ...difference(
      'remote tunnel',
      keys.map((key) => `${CLUSTER}/${key}`),
      ours,
    ),
    ...difference(
      'record',
      [...Object.values(exposed), ...left].map(({ by, hostname }) =>
        recordInWords(hostname, targetOf(world, by), MARK + by),
      ),
      records.map(({ name, content, comment }) => recordInWords(name, content, comment ?? '')),
    ),
  ];
}

/** The connectors have the secret that is in force, no other one is pending, and none was set too often. */
async function tokenProblems(world: CrashWorld, { tunnels, rotations = {} }: DesiredState): Promise<readonly string[]> {
  const found = await Promise.all(
    Object.keys(tunnels).map(async (key) => {
      const secret = await world.kube.find('Secret', `${key}-cloudflared-credentials`);
      const remote = world.tunnels().find(({ name }) => name === `${CLUSTER}/${key}`);
      const read = (name: string): Record<string, unknown> => JSON.parse(atob(secret?.data?.[name] ?? 'e30='));
      const { pending } = read('rotation.json');
      return [
        ...(read('credentials.json')['TunnelSecret'] === remote?.secret
          ? []
          : [`the credentials of ${key} are not in force`]),
        ...(pending === undefined ? [] : [`a rotation of ${key} is pending`]),
        ...difference(`rotations of ${key}`, [String(rotations[key] ?? 0)], [String(rotationsOf(world, key))]),
      ];
    }),
  );
  return found.flat();
}

/** Calls that have set a secret, whether or not their answers arrived. */
function rotationsOf(world: CrashWorld, key: string): number {
  const path = `/cfd_tunnel/${idOf(world, key)}`;
  return world.sandbox.cloudflare.calls.entries.filter((call) => call.method === 'PATCH' && call.path.endsWith(path))
    .length;
}

function recordInWords(name: string, content: string, comment: string): string {
  return `${name} -> ${content} (${comment})`;
}

function targetOf(world: CrashWorld, tunnel: string): string {
  return `${idOf(world, tunnel)}.cfargotunnel.com`;
}

/** The log names what is left behind. So does an event, unless its namespace was deleted with all events. */
async function abandonedProblems(
  world: CrashWorld,
  { abandoned }: DesiredState,
  { failures }: Known,
): Promise<readonly string[]> {
  if (abandoned === undefined) return [];
  const id = idOf(world, abandoned.tunnel) ?? '';
  const isNamed = (text: string): boolean =>
    text.includes(id) &&
    (/any (records|others)/.test(text) || abandoned.hostnames.every((name) => text.includes(name)));
  const logged = failures.filter(({ reason }) => reason === 'LeftBehind').map(({ message }) => message);
  const events = (await world.kube.list('Event')).filter(({ reason }) => reason === 'LeftBehind');
  const hasEvents = (await world.kube.find('Namespace', 'shop')) !== undefined;
  return [
    ...(logged.some(isNamed) ? [] : [`nothing in the log names what is left behind: ${JSON.stringify(logged)}`]),
    ...(!hasEvents || events.some(({ message }) => isNamed(String(message))) ? [] : ['no event names what is left']),
  ];
}

async function goneProblems({ kube }: CrashWorld, { gone = [] }: DesiredState): Promise<readonly string[]> {
  const left = await Promise.all(
    gone.map(async ([kind, key]) => ((await kube.find(kind, key)) ? `${kind} ${key}` : '')),
  );
  return left.filter((name) => name !== '').map((name) => `${name} is still there`);
}

async function ownedProblems({ kube }: CrashWorld, { tunnels }: DesiredState): Promise<readonly string[]> {
  const workloads = Object.keys(tunnels).map((key) => `${key}-cloudflared`);
  const spread = Object.entries(tunnels).flatMap(([key, replicas]) => (replicas > 1 ? [`${key}-cloudflared`] : []));
  const desired: readonly (readonly [Kind, readonly string[]])[] = [
    ['Secret', workloads.map((key) => `${key}-credentials`)],
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

/** Services that are deleted have lost their foreign finalizer before. */
async function serviceProblems({ kube }: CrashWorld, { exposed, gone }: DesiredState): Promise<readonly string[]> {
  const others = gone === undefined ? [FOREIGN_FINALIZER] : [];
  const services = await kube.list('Service', 'shop');
  return services.flatMap((service) => {
    const hostname = exposed[keyOf(service)]?.hostname;
    const says = conditionOf(service, 'cftunnel.io/Exposed');
    return [
      ...difference(
        `finalizer of Service ${keyOf(service)}`,
        [...others, ...(hostname === undefined ? [] : [OUR_FINALIZER])],
        service.metadata.finalizers ?? [],
      ),
      ...difference(
        `condition of Service ${keyOf(service)}`,
        hostname === undefined ? [] : [`True https://${hostname}`],
        says === undefined ? [] : [`${says.status} ${says.message}`],
      ),
    ];
  });
}

async function ruleProblems({ kube }: CrashWorld, { tunnels, exposed }: DesiredState): Promise<readonly string[]> {
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

interface PublishedRoutes {
  readonly rules?: readonly { readonly hostname: string; readonly service: string }[];
}

function idOf(world: CrashWorld, key: string): string | undefined {
  return world.tunnels().find(({ name }) => name === `${CLUSTER}/${key}`)?.id;
}

/** The kind is not served any more. */
function orNone(error: unknown): readonly KubeObject[] {
  if (error instanceof KubeError && error.code === 404) return [];
  throw error;
}

function isManaged({ metadata }: KubeObject): boolean {
  return metadata.labels?.['app.kubernetes.io/managed-by'] === 'cftunnel-operator';
}
