/** Compares the world with the desired state: what is missing, and what is left over. */
import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_RATE_LIMIT } from 'cftunnel-sandbox/cloudflare/http/rate-limit';
import type { KubeObject } from 'cftunnel-sandbox/kubernetes/api';
import { difference } from '../support/difference.ts';
import { KINDS, MARK, type StormWorld } from './storm-world.ts';
import type { RouteRequest, DesiredState } from './desired-state.ts';

const { quota, windowSeconds } = DEFAULT_RATE_LIMIT;
const OUR_FINALIZER = 'cftunnel.io/finalizer';
const OWNED = ['configmaps', 'serviceaccounts', 'deployments'] as const;

/** Describes each difference from the desired state. Empty when there is none. */
export function findProblems(world: StormWorld, desired: DesiredState): readonly string[] {
  return [
    ...world.bugs.map((bug) => `bug: ${bug instanceof Error ? bug.stack : String(bug)}`),
    ...tunnelProblems(world, desired),
    ...ownedProblems(world, desired),
    ...serviceProblems(world, desired),
    ...recordProblems(world, desired),
    ...foreignProblems(world),
    ...rateLimitProblems(world),
  ];
}

function tunnelProblems(world: StormWorld, desired: DesiredState): readonly string[] {
  const expected = [...desired.tunnels.keys()].map((key) => `storm/${key}`);
  const found = liveTunnels(world).map(({ name }) => name);
  const objects = new Map(world.kube.list(KINDS.tunnels).map((tunnel) => [keyOf(tunnel), tunnel]));
  return [
    ...difference('remote tunnel', expected, found),
    ...difference('Tunnel', [...desired.tunnels.keys()], [...objects.keys()]),
    ...[...desired.tunnels].flatMap(([key, replicas]) => problemsOfTunnel(world, key, objects.get(key), replicas)),
  ];
}

function problemsOfTunnel(
  world: StormWorld,
  key: string,
  tunnel: KubeObject | undefined,
  replicas: number,
): readonly string[] {
  const ready = conditionOf(tunnel, 'Ready');
  const status = statusOf(tunnel);
  const isDone = conditionOf(tunnel, 'Reconciling') === undefined;
  const isReady = isDone && ready?.status === 'True' && ready.observedGeneration === tunnel?.metadata.generation;
  return [
    ...(isReady ? [] : [`Tunnel ${key} is not Ready: ${JSON.stringify(status.conditions)}`]),
    ...(status.readyReplicas === replicas ? [] : [`Tunnel ${key}: ${status.readyReplicas} of ${replicas} replicas`]),
    ...(status.tunnelId === idOf(world, key) ? [] : [`Tunnel ${key} does not know its id`]),
    ...tokenProblems(world, key, tunnel),
  ];
}

/** The connectors have the secret in force, and the last request for a new one is handled. */
function tokenProblems(world: StormWorld, key: string, tunnel: KubeObject | undefined): readonly string[] {
  const secret = world.kube.list(KINDS.secrets).find((one) => keyOf(one) === `${key}-cloudflared-credentials`);
  const data = (secret?.['data'] ?? {}) as Readonly<Record<string, string>>;
  const { TunnelSecret } = JSON.parse(atob(data['credentials.json'] ?? 'e30=')) as { readonly TunnelSecret?: string };
  const remote = liveTunnels(world).find(({ name }) => name === `storm/${key}`);
  const requested = tunnel?.metadata.annotations?.['cftunnel.io/rotate-token'];
  const isHandled = requested === undefined || requested === statusOf(tunnel).tokenRotation?.handled;
  return [
    ...(TunnelSecret === remote?.secret ? [] : [`the credentials of ${key} are not in force`]),
    ...(isHandled ? [] : [`the rotation of ${key} that was requested is not handled`]),
  ];
}

function ownedProblems(world: StormWorld, desired: DesiredState): readonly string[] {
  const expected = [...desired.tunnels.keys()].map((key) => `${key}-cloudflared`);
  return OWNED.flatMap((kind) => {
    const found = world.kube.list(KINDS[kind]).filter(isLabelled).map(keyOf);
    return difference(kind, expected, found);
  });
}

function serviceProblems(world: StormWorld, desired: DesiredState): readonly string[] {
  return world.kube.list(KINDS.services).flatMap((service) => {
    const key = keyOf(service);
    const request = desired.services.get(key)?.request;
    const exposed = conditionOf(service, 'cftunnel.io/Exposed');
    const isHeld = service.metadata.finalizers?.includes(OUR_FINALIZER) === true;
    if (request === undefined)
      return isHeld || exposed !== undefined ? [`Service ${key} still has our finalizer or condition`] : [];
    const [urls] = exposed?.message.split(';') ?? [];
    const isExposed = exposed?.status === 'True' && urls === `https://${request.hostname}`;
    return isExposed && isHeld ? [] : [`Service ${key} is not exposed: ${JSON.stringify(exposed)}`];
  });
}

function recordProblems(world: StormWorld, desired: DesiredState): readonly string[] {
  const expected = desired.requests().map(([, request]) => inWords(request.hostname, targetOf(world, request), true));
  const found = world
    .records()
    .filter(({ comment }) => comment?.startsWith(MARK) === true)
    .map(({ name, content, proxied }) => inWords(name, content, proxied));
  return difference('record', expected, found);
}

function foreignProblems(world: StormWorld): readonly string[] {
  return isDeepStrictEqual(world.foreignRecords(), world.foreign.records) ? [] : ['a foreign record was changed'];
}

/**
 * Failed calls count too, and the tokens of one user share a limit. In the seconds of a storm only work that repeats
 * without a pause reaches it.
 */
function rateLimitProblems({ sandbox }: StormWorld): readonly string[] {
  const { entries } = sandbox.cloudflare.calls;
  const isOver = entries.some(({ at }, index) => {
    const oneTooMany = entries[index + quota];
    return oneTooMany !== undefined && oneTooMany.at - at < windowSeconds * 1000;
  });
  return isOver ? [`more than ${quota} calls of Cloudflare in ${windowSeconds} s`] : [];
}

function inWords(name: string, content: string, proxied: boolean): string {
  return `${name} -> ${content}${proxied ? '' : ' (not proxied)'}`;
}

function liveTunnels({ sandbox, accountId }: StormWorld) {
  return sandbox.cloudflare.admin.tunnels(accountId).filter(({ deletedAt }) => deletedAt === null);
}

function idOf(world: StormWorld, key: string): string | undefined {
  return liveTunnels(world).find(({ name }) => name === `storm/${key}`)?.id;
}

function targetOf(world: StormWorld, { tunnel }: RouteRequest): string {
  return `${idOf(world, tunnel)}.cfargotunnel.com`;
}

function isLabelled({ metadata }: KubeObject): boolean {
  return metadata.labels?.['app.kubernetes.io/managed-by'] === 'cftunnel-operator';
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message: string;
  readonly observedGeneration?: number;
}

interface Status {
  readonly conditions?: readonly Condition[];
  readonly readyReplicas?: number;
  readonly tunnelId?: string;
  readonly tokenRotation?: { readonly handled?: string };
}

function statusOf(object: KubeObject | undefined): Status {
  return object?.['status'] ?? {};
}

/** A condition of a Tunnel or a Service. */
export function conditionOf(object: KubeObject | undefined, type: string): Condition | undefined {
  return statusOf(object).conditions?.find((condition) => condition.type === type);
}
