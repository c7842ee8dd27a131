/** Carries out the steps of a migration. Each looks at what is there first, so that a step that was done changes nothing. */
import { API_VERSION, MIGRATED_REPLICAS_ANNOTATION, TUNNEL_KIND } from '../../../api/names.ts';
import type { ConfigMap, KubeObject, ObjectKey, Secret, Service, Tunnel } from '../../../api/objects.ts';
import type { AnyObjects, ObjectReference } from '../../../adapters/kubernetes/any-objects.ts';
import { encodeBase64 } from '../../../core/base64.ts';
import { keyOf, splitKey } from '../../../core/keys.ts';
import type { Workload } from '../../../core/migrate/facts.ts';
import { awaitExposure, awaitRules, awaitTunnel, isDecided, unexplained } from '../../../core/migrate/progress.ts';
import type { RuleName, Step } from '../../../core/migrate/steps.ts';
import type { OwnershipRecord, Release, SecretCopy } from '../../../core/migrate/takeover.ts';
import { listed } from '../../../core/quote.ts';
import { decodeRoutes } from '../../../core/published-routes/routes-json.ts';
import { CommandError } from '../../frame/exit-code.ts';
import { type Limit, until } from './wait.ts';

export interface StepContext extends Limit {
  readonly objects: AnyObjects;
  /** Removes the TXT records, with the credentials of a Tunnel, and returns how many there were. */
  readonly removeRecords: (tunnel: ObjectKey, records: readonly OwnershipRecord[]) => Promise<number>;
}

type Performers = {
  readonly [K in Step['kind']]: (ctx: StepContext, step: Extract<Step, { kind: K }>) => Promise<boolean>;
};

/** True: something was changed. */
const PERFORMERS: Performers = {
  'copy secret': (ctx, { copy }) => copySecret(ctx, copy),
  'create object': (ctx, { object }) => createIfAbsent(ctx, object),
  'create tunnel': (ctx, { tunnel }) => createTunnel(ctx, tunnel),
  'stop controller': (ctx, { deployment }) => stop(ctx, deployment),
  annotate: (ctx, { service, annotations }) => annotate(ctx, service, annotations),
  'take over rules': (ctx, step) => takeOverRules(ctx, step),
  'await rules': async (ctx, { tunnel, rules }) => {
    const keys = [...new Set(rules.map(({ service }) => service))];
    await until(ctx, async () => awaitRules(rules, await publishedRules(ctx, tunnel), await servicesOf(ctx, keys)));
    return false;
  },
  'start connectors': (ctx, { tunnel, replicas }) => startConnectors(ctx, tunnel, replicas),
  'await exposure': async (ctx, { tunnel, services }) => {
    await until(ctx, async () =>
      awaitExposure(await ctx.objects.find(tunnelAt(tunnel)), tunnel, await servicesOf(ctx, services)),
    );
    return false;
  },
  'stop connectors': (ctx, { deployment }) => stop(ctx, deployment),
  'remove ownership': async (ctx, { tunnel, records }) => (await ctx.removeRecords(tunnel, records)) > 0,
  release: (ctx, { release }) => letGo(ctx, release),
  'start controller': (ctx, { deployment }) => start(ctx, deployment),
};

export function performStep<K extends Step['kind']>(
  ctx: StepContext,
  step: Extract<Step, { kind: K }>,
): Promise<boolean> {
  return PERFORMERS[step.kind](ctx, step);
}

function tunnelAt(key: ObjectKey): ObjectReference {
  return { apiVersion: API_VERSION, kind: TUNNEL_KIND, key };
}

function referenceTo(object: KubeObject): ObjectReference {
  return { apiVersion: object.apiVersion, kind: object.kind, key: keyOf(object) };
}

async function copySecret({ objects }: StepContext, { from, to, keys, literals }: SecretCopy): Promise<boolean> {
  const source = await objects.find<Secret>({ apiVersion: 'v1', kind: 'Secret', key: from });
  const target = { apiVersion: 'v1', kind: 'Secret', key: to };
  const there = await objects.find<Secret>(target);
  const copied = Object.entries(keys).flatMap(([ours, theirs]) => {
    const value = source?.data?.[theirs];
    return value === undefined ? [] : [[ours, value] as const];
  });
  if (copied.length < Object.keys(keys).length && there === undefined)
    throw new CommandError(`Secret ${from} has no longer what is to be copied: ${Object.values(keys).join(', ')}`);
  const encoded = Object.entries(literals).map(([key, text]) => [key, encodeBase64(text)] as const);
  const missing = [...copied, ...encoded].filter(([key]) => !Object.hasOwn(there?.data ?? {}, key));
  if (missing.length === 0) return false;
  const data = Object.fromEntries(missing);
  if (there === undefined)
    await objects.create({ apiVersion: 'v1', kind: 'Secret', metadata: splitKey(to), data } as KubeObject);
  else await objects.patch(target, { data });
  return true;
}

async function createIfAbsent({ objects }: StepContext, object: KubeObject): Promise<boolean> {
  if ((await objects.find(referenceTo(object))) !== undefined) return false;
  await objects.create(object);
  return true;
}

async function createTunnel(ctx: StepContext, tunnel: Tunnel): Promise<boolean> {
  const isNew = await createIfAbsent(ctx, { ...tunnel, spec: { ...tunnel.spec, replicas: 0 } } as KubeObject);
  const key = keyOf(tunnel);
  await until(ctx, async () => awaitTunnel(await ctx.objects.find(tunnelAt(key)), key));
  return isNew;
}

function deploymentAt(key: ObjectKey): ObjectReference {
  return { apiVersion: 'apps/v1', kind: 'Deployment', key };
}

/**
 * Resolves when the last pod is gone, so that nothing of what it does can follow. A run that was interrupted may have
 * scaled the Deployment without waiting.
 */
async function stop(ctx: StepContext, key: ObjectKey): Promise<boolean> {
  const { objects } = ctx;
  const deployment = await objects.find<Workload>(deploymentAt(key));
  if (deployment === undefined) return false;
  const replicas = deployment.spec.replicas ?? 1;
  const annotations = { [MIGRATED_REPLICAS_ANNOTATION]: String(replicas) };
  if (replicas > 0) await objects.patch(deploymentAt(key), { metadata: { annotations }, spec: { replicas: 0 } });
  await untilGone(ctx, key, deployment);
  return replicas > 0;
}

async function untilGone(ctx: StepContext, key: ObjectKey, deployment: Workload): Promise<void> {
  const { objects } = ctx;
  const labels = Object.entries(deployment.spec.selector?.matchLabels ?? {});
  const selector = labels.map(([name, value]) => `${name}=${value}`).join(',');
  const { namespace } = splitKey(key);
  await until(ctx, async () => {
    const pods = selector === '' ? [] : await objects.select({ apiVersion: 'v1', kind: 'Pod' }, namespace, selector);
    return pods.length === 0
      ? undefined
      : { for: `the end of ${pods.length} pods of Deployment ${key}`, isFinal: false };
  });
}

async function start({ objects }: StepContext, key: ObjectKey): Promise<boolean> {
  const deployment = await objects.find<Workload>(deploymentAt(key));
  const before = deployment?.metadata.annotations?.[MIGRATED_REPLICAS_ANNOTATION];
  if (before === undefined) return false;
  const annotations = { [MIGRATED_REPLICAS_ANNOTATION]: null };
  await objects.patch(deploymentAt(key), { metadata: { annotations }, spec: { replicas: Number(before) } });
  return true;
}

async function annotate(
  { objects }: StepContext,
  key: ObjectKey,
  annotations: Readonly<Record<string, string>>,
): Promise<boolean> {
  const reference = { apiVersion: 'v1', kind: 'Service', key };
  const service = await objects.find<Service>(reference);
  if (service === undefined) throw new CommandError(`Service ${key} is gone. Run the command again`);
  const present = service.metadata.annotations ?? {};
  if (Object.entries(annotations).every(([name, value]) => present[name] === value)) return false;
  await objects.patch(reference, { metadata: { annotations } });
  return true;
}

async function publishedRules({ objects }: StepContext, tunnel: ObjectKey) {
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', key: `${tunnel}-cloudflared` };
  const routes = decodeRoutes(await objects.find<ConfigMap>(reference)) ?? [];
  return routes.map(({ source, hostname, path }) => ({ service: source, hostname, path: path?.value }));
}

async function servicesOf({ objects }: StepContext, keys: readonly ObjectKey[]): Promise<readonly Service[]> {
  const found = await Promise.all(keys.map((key) => objects.find<Service>({ apiVersion: 'v1', kind: 'Service', key })));
  return found.filter((service) => service !== undefined);
}

/**
 * Rules at Cloudflare that differ from ours hold their hostnames, so that ours are not published. `Replace` exchanges all
 * of them in one write, and is set only when every Service is known and every rule there is one that is migrated.
 */
async function takeOverRules(ctx: StepContext, step: RulesStep): Promise<boolean> {
  const { tunnel, rules } = step;
  // No Tunnel of a migration begins with it, so a run that was interrupted has set it.
  const isBegun = (await findTunnel(ctx, tunnel))?.spec.existingRules === 'Replace';
  if (!isBegun) {
    if (!(await mustReplace(ctx, step))) return false;
    refuseUnexplained(await existingRules(ctx, tunnel), rules);
    await ctx.objects.patch(tunnelAt(tunnel), { spec: { existingRules: 'Replace' } });
  }
  await until(ctx, async () => {
    const left = await existingRules(ctx, tunnel);
    return left.length === 0 ? undefined : { for: `the replacement of ${listed(left)} at Cloudflare`, isFinal: false };
  });
  await ctx.objects.patch(tunnelAt(tunnel), { spec: { existingRules: null } });
  return true;
}

type RulesStep = Extract<Step, { kind: 'take over rules' }>;

/** Waits until the rules are published, or until it is clear that others hold their hostnames. */
async function mustReplace(ctx: StepContext, { tunnel, rules }: RulesStep): Promise<boolean> {
  const keys = [...new Set(rules.map(({ service }) => service))];
  let isHeld = false;
  await until(ctx, async () => {
    const services = await servicesOf(ctx, keys);
    const waiting = awaitRules(rules, await publishedRules(ctx, tunnel), services);
    isHeld = waiting !== undefined && isDecided(services) && (await existingRules(ctx, tunnel)).length > 0;
    return isHeld ? undefined : waiting;
  });
  return isHeld;
}

function refuseUnexplained(existing: readonly string[], rules: readonly RuleName[]): void {
  const strange = unexplained(
    existing,
    rules.map(({ hostname }) => hostname),
  );
  if (strange.length === 0) return;
  throw new CommandError(
    `The tunnel has rules at Cloudflare that nothing in the cluster asks for: ${listed(strange)}. Remove them in the dashboard, and run the command again`,
  );
}

async function existingRules(ctx: StepContext, tunnel: ObjectKey): Promise<readonly string[]> {
  return (await findTunnel(ctx, tunnel))?.status?.config?.existingRules ?? [];
}

function findTunnel({ objects }: StepContext, key: ObjectKey): Promise<Tunnel | undefined> {
  return objects.find<Tunnel>(tunnelAt(key));
}

async function startConnectors({ objects }: StepContext, tunnel: ObjectKey, replicas: number): Promise<boolean> {
  const there = await objects.find<Tunnel>(tunnelAt(tunnel));
  if (there?.spec.replicas !== 0) return false;
  await objects.patch(tunnelAt(tunnel), { spec: { replicas } });
  return true;
}

/** The version is sent along, so that a finalizer that somebody adds meanwhile is not lost. */
async function letGo({ objects }: StepContext, release: Release): Promise<boolean> {
  const { apiVersion, kind, key } = release;
  const object = await objects.find({ apiVersion, kind, key });
  if (object === undefined) return false;
  const { finalizers = [], resourceVersion, annotations = {}, labels = {} } = object.metadata;
  const left = finalizers.filter((one) => !release.finalizers.includes(one));
  const wanted = { ...nothing(release.annotations, annotations), ...changed(release.set ?? {}, annotations) };
  const unlabelled = nothing(release.labels, labels);
  const isDone = left.length === finalizers.length && Object.keys({ ...wanted, ...unlabelled }).length === 0;
  if (isDone) return false;
  const metadata = { resourceVersion, finalizers: left, annotations: wanted, labels: unlabelled };
  await objects.patch({ apiVersion, kind, key }, { metadata });
  return true;
}

function nothing(keys: readonly string[], present: Readonly<Record<string, string>>): Readonly<Record<string, null>> {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(present, key)).map((key) => [key, null]));
}

function changed(
  wanted: Readonly<Record<string, string>>,
  present: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => present[key] !== value));
}
