/** Views of a world for scenarios, and ways to wait for a state. */
import { load } from 'js-yaml';
import { type Waits, eventually } from 'cftunnel-sandbox/testing/eventually';
import type { Condition, Kind, KubeObject } from './kube-client.ts';
import type { World } from './world.ts';

type WithKube = Pick<World, 'kube'>;

export const EXPOSED = 'cftunnel.io/Exposed';

/** An expected condition. Absent fields may have any value. */
export interface Expected {
  readonly status: string;
  readonly reason?: string;
  /** The whole message, or a pattern. */
  readonly message?: string | RegExp;
}

export interface IngressRule {
  readonly hostname?: string;
  readonly path?: string;
  readonly service: string;
  readonly originRequest?: Readonly<Record<string, unknown>>;
}

/** Of a route of a Gateway, what its first parent says. */
export function conditionOf(object: KubeObject | undefined, type: string): Condition | undefined {
  const parents = object?.status?.['parents'] as readonly { readonly conditions?: readonly Condition[] }[] | undefined;
  const conditions = object?.status?.conditions ?? parents?.[0]?.conditions;
  return conditions?.find((condition) => condition.type === type);
}

/** Resolves with the object once its condition is as expected. */
export function becomes(
  { kube }: WithKube,
  [kind, key]: readonly [Kind, string],
  type: string,
  expected: Expected,
  waits?: Waits,
): Promise<KubeObject> {
  return eventually(async () => {
    const object = await kube.get(kind, key);
    const found = conditionOf(object, type);
    if (!isAsExpected(found, expected))
      throw new Error(`${kind} ${key}: ${type} is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
    return object;
  }, waits);
}

/** Resolves with the Tunnel once its latest spec is Ready and its rollout is complete. */
export function ready(world: WithKube, key: string, waits?: Waits): Promise<KubeObject> {
  return eventually(async () => {
    const tunnel = await world.kube.get('Tunnel', key);
    const condition = conditionOf(tunnel, 'Ready');
    const isCurrent = condition?.observedGeneration === tunnel.metadata.generation;
    if (condition?.status !== 'True' || !isCurrent || conditionOf(tunnel, 'Reconciling') !== undefined)
      throw new Error(`Tunnel ${key} is not Ready: ${JSON.stringify(tunnel.status?.conditions)}`);
    return tunnel;
  }, waits);
}

/** Resolves with the Service once it is exposed with exactly these hostnames. */
export function exposed(
  world: WithKube,
  key: string,
  hostnames: readonly string[],
  waits?: Waits,
): Promise<KubeObject> {
  const urls = hostnames.map((hostname) => `https://${hostname}`).join(', ');
  const message = new RegExp(`^${urls.replaceAll(/[.*]/g, String.raw`\$&`)}(;|$)`);
  return becomes(world, ['Service', key], EXPOSED, { status: 'True', reason: 'Exposed', message }, waits);
}

/** Resolves with the Service once it is not exposed for this reason. */
export function refused(world: WithKube, key: string, reason: string, message: RegExp = /./): Promise<KubeObject> {
  return becomes(world, ['Service', key], EXPOSED, { status: 'False', reason, message });
}

/** Resolves once the object no longer exists. */
export function gone({ kube }: WithKube, kind: Kind, key: string, waits?: Waits): Promise<void> {
  return eventually(async () => {
    const object = await kube.find(kind, key);
    if (object === undefined) return;
    throw new Error(`${kind} ${key} is still there: ${JSON.stringify({ ...object.metadata, managedFields: [] })}`);
  }, waits);
}

/** Resolves once the Service has no finalizer and condition of the operator. */
export function unexposed({ kube }: WithKube, key: string, waits?: Waits): Promise<KubeObject> {
  return eventually(async () => {
    const service = await kube.get('Service', key);
    const finalizers = service.metadata.finalizers ?? [];
    if (finalizers.includes('cftunnel.io/finalizer') || conditionOf(service, EXPOSED) !== undefined)
      throw new Error(`Service ${key} still bears ${finalizers.join()} ${JSON.stringify(service.status)}`);
    return service;
  }, waits);
}

/** The published rules of cloudflared, including the catch-all. */
export async function rulesOf({ kube }: WithKube, tunnel: string): Promise<readonly IngressRule[]> {
  const configMap = await kube.get('ConfigMap', `${tunnel}-cloudflared`);
  const config = load(configMap.data?.['config.yaml'] ?? '') as { readonly ingress: readonly IngressRule[] };
  return config.ingress;
}

/** Hostnames in the published rules. */
export async function hostnamesOf(world: WithKube, tunnel: string): Promise<readonly string[]> {
  return (await rulesOf(world, tunnel)).flatMap(({ hostname }) => (hostname === undefined ? [] : [hostname]));
}

/** The record at a name. */
export function recordAt({ cloudflare }: World, hostname: string) {
  const zone = hostname.split('.').slice(-2).join('.');
  return cloudflare.admin.records(zone).find(({ name }) => name === hostname);
}

/** Tunnels at Cloudflare that are not deleted, by name. */
export function remoteTunnels({ cloudflare }: World, name?: string) {
  const alive = cloudflare.admin.tunnels(cloudflare.accountId).filter(({ deletedAt }) => deletedAt === null);
  return name === undefined ? alive : alive.filter((tunnel) => tunnel.name === name);
}

/** Reasons of the Events written about an object. */
export async function eventsAbout({ kube }: WithKube, kind: Kind, key: string): Promise<readonly KubeObject[]> {
  const [name, namespace] = key.split('/').toReversed();
  const events = await kube.list('Event', namespace);
  return events.filter((event) => {
    const about = event['involvedObject'] as { readonly kind: string; readonly name: string };
    return about.kind === kind && about.name === name;
  });
}

function isAsExpected(found: Condition | undefined, { status, reason, message }: Expected): boolean {
  if (found?.status !== status) return false;
  if (reason !== undefined && found.reason !== reason) return false;
  return typeof message === 'string' ? found.message === message : (message?.test(found.message) ?? true);
}

/** The addresses in the status of an Ingress. */
export async function addressesOf({ kube }: Pick<World, 'kube'>, key: string): Promise<readonly unknown[]> {
  const { status } = await kube.get('Ingress', key);
  const loadBalancer = status?.['loadBalancer'] as { readonly ingress?: readonly unknown[] } | undefined;
  return loadBalancer?.ingress ?? [];
}
