/** What the controller of Tunnels reaches for in a `TunnelWorld`. */
import { EXPOSED } from '../../src/api/conditions.ts';
import type { Deployment, KubeObject, Pod, Secret, Tunnel } from '../../src/api/objects.ts';
import type { TunnelStatus } from '../../src/api/tunnel.gen.ts';
import type { Cloudflare, Objects, Secrets } from '../../src/controllers/tunnel/pass/ports.ts';
import type { TunnelPorts } from '../../src/controllers/tunnel/reconcile.ts';
import { decodeRoutes } from '../../src/core/published-routes/routes-json.ts';
import type { Note } from '../../src/core/status/notes.ts';
import { keyOf } from '../../src/core/keys.ts';
import { conditionFrom } from '../../src/core/status/conditions.ts';
import { type TunnelObservation, describeExposed } from '../../src/core/status/exposed.ts';
import { connectorToken } from '../../src/core/tunnel/credentials.ts';
import { ConflictError } from '../../src/runtime/errors.ts';
import { EPOCH } from './builders.ts';
import { ROUTE_RULES } from './requests.ts';
import { isOfProxy, titleOf } from './proxy-port.ts';
import type { TunnelWorld } from './tunnel-world.ts';

export function portsOf(world: TunnelWorld): TunnelPorts {
  const { driftIntervalMs, memories, orphans } = world;
  const port = { ...clusterOf(world), ...reportsOf(world), ...PURE, cloudflare: () => cloudflareOf(world) };
  return {
    pass: { cluster: 'test', driftIntervalMs, hash: String, secrets: secretsOf(world), memories },
    steps: {
      credentials: port,
      remoteTunnel: port,
      tokenRotation: port,
      applications: port,
      ingressConfig: port,
      proxyPods: port,
      connectors: port,
      appliedRules: port,
      dnsRecords: port,
      orphans,
    },
    status: port,
    lastPass: port,
    cleanUp: { ...port, dnsRecords: port },
    own: { ...port, memories, orphans },
  };
}

const PURE = {
  routesIn: decodeRoutes,
  certificates: () => undefined,
  fingerprint: String,
  hash: String,
  findNextTime: () => ({ time: '2026-02-01T00:00:00Z' }),
  renderConfig: (config: unknown) => JSON.stringify(config),
  routeRules: () => ROUTE_RULES,
  patchManifest: (manifest: KubeObject) => manifest,
  newKeyPair: async () => ({ certificate: 'certificate', key: 'key' }),
  now: () => EPOCH,
};

function clusterOf(world: TunnelWorld) {
  return {
    objects: objectsOf(world),
    cached: (object: KubeObject) => world.objects.get(titleOf(object)),
    tunnels: { get: () => world.tunnel },
    configMaps: {
      get: (key: string) => world.objects.get(isOfProxy(key) ? 'ConfigMap of the proxy' : 'ConfigMap'),
    },
    deployments: { get: () => rolledOut(world) },
    accessPolicies: {
      get: (key: string) => world.accessPolicies.find((one) => keyOf(one) === key),
      list: () => world.accessPolicies,
    },
    sources: { get: () => undefined, conditionOf: () => world.exposed.at(-1) },
    lists: {
      pods: async () => world.pods ?? (world.isRolledOut ? ['one', 'two'].map((name) => aReadyPod(world, name)) : []),
      warnings: async () => [],
    },
    endpointsOf: (_: string, port: number) =>
      port === 80 ? world.endpoints?.map((address) => ({ address, port: 8080 })) : undefined,
    areEndpointsKnown: () => world.areEndpointsKnown,
    ruleVersion: async ({ metadata: { name } }: Pod) => world.podVersions[name],
    routing: () => world.table,
    wantedHostnames: () => [],
    newSecret: () => btoa('secret'.repeat((world.secretsMade += 1))),
    areFinalizersPending: () => world.areFinalizersPending,
    publishersOf: () => ['shop/home', 'shop/other'],
    releasable: () => world.held,
    unansweredMs: () => undefined,
    wasRecorded: () => false,
    observationOf: () => world.observation,
  };
}

function reportsOf(world: TunnelWorld) {
  const log = (entry: string): void => void world.log.push(entry);
  const wake = (kind: string) => (keys: readonly string[]) => {
    if (keys.length > 0) log(`wake ${kind} ${keys.join()}`);
  };
  return {
    changed: (_: KubeObject, { reason }: { readonly reason: string }) => log(reason),
    record: async (_: KubeObject, { reason }: { readonly reason: string }) => log(reason),
    recordAboutOperator: async ({ type, reason, message }: Note) => log(`${type} ${reason}: ${message}`),
    driftRepaired: (kind: string) => log(`${kind} repaired`),
    reroute: () => world.write('reroute', () => undefined),
    wakeTunnels: wake('tunnels'),
    wakeServices: (services: readonly string[]) => {
      wake('services')(services);
      const result = world.table.results.get('shop/web');
      if (result === undefined || !services.includes('shop/web')) return;
      const report = describeExposed(result, world.observation, { current: world.exposed.at(-1), unanswered: [] });
      world.exposed.push(conditionFrom(EXPOSED, report, [], EPOCH));
    },
    postObservation: (_: string, observation: TunnelObservation | undefined) => {
      world.observation = observation;
    },
  };
}

function secretsOf(world: TunnelWorld): Secrets {
  const find: Readonly<Record<string, () => Secret | undefined>> = {
    'shop/cloudflare-api-token': () => world.token,
    'shop/home-cloudflared-credentials': () => world.objects.get('Secret'),
    'shop/home-cloudflared-proxy': () => world.objects.get('Secret of the proxy'),
  };
  return { get: (key) => world.read(`read Secret ${key}`, () => find[key]?.()), forget: () => undefined };
}

function objectsOf(world: TunnelWorld): Objects {
  const store = (object: KubeObject): KubeObject => {
    world.objects.set(titleOf(object), object);
    return object;
  };
  return {
    find: (object) => world.read(`find ${titleOf(object)}`, () => undefined),
    apply: (object) => world.write(`apply ${titleOf(object)}`, () => store(object)),
    dryRun: async () => undefined,
    setOwners: (object, ownerReferences) =>
      world.write(`own ${titleOf(object)}`, () =>
        store({ ...object, metadata: { ...object.metadata, ownerReferences } }),
      ),
    applyStatus: (_, status) =>
      world.write('write status', () => {
        world.tunnel = { ...(world.tunnel as Tunnel), status: status as TunnelStatus };
      }),
    setFinalizers: (object, finalizers) =>
      world.write(`finalizers ${finalizers.join()}`, () => {
        if (object !== world.tunnel) throw new ConflictError('The Tunnel was read before it was written');
        world.edit({ metadata: { finalizers } });
        return !world.isGone;
      }),
    annotate: ({ metadata: { name } }, annotations) =>
      world.write(`annotate ${name}`, () => {
        world.told.set(name, annotations);
        return true;
      }),
    delete: (object, propagation) =>
      world.write(`delete ${titleOf(object)} in the ${propagation}`, () => void world.objects.delete(titleOf(object))),
  };
}

function cloudflareOf(world: TunnelWorld): Cloudflare {
  const { cloudflare } = world.cloud;
  return {
    ...cloudflare,
    ...world.access.calls(
      (call, answer) => world.write(call, answer),
      (call, answer) => world.read(call, answer),
    ),
    zones: (...args) => world.read('list zones', () => cloudflare.zones(...args)),
    records: (...args) => world.read('list records', () => cloudflare.records(...args)),
    writeRecords: (zone, changes, ...rest) =>
      world.read('write records', () => {
        for (const { kind, name } of changes) world.log.push(`${kind} record ${name}`);
        return cloudflare.writeRecords(zone, changes, ...rest);
      }),
    tunnels: () => world.read('list tunnels', () => world.remote),
    tunnelsAgeMs: () => world.tunnelsAgeMs,
    hasAllTunnels: () => world.hasAllTunnels,
    createTunnel: (_, { name, secret, isRemotelyManaged }) =>
      world.write('create tunnel', () => {
        world.secretInForce = secret;
        const created = { id: 't', name, isRemotelyManaged };
        world.remote = [...world.remote, created];
        return created;
      }),
    connectorToken: async (accountId, tunnelId) =>
      connectorToken({ accountId, tunnelId, tunnelSecret: world.secretInForce }),
    connectors: () => world.read('list connectors', () => world.connectors?.map((id) => ({ id, configVersion: -1 }))),
    configuration: () => world.read('read rules', () => world.configuration),
    putConfiguration: (_, config) =>
      world.write('write rules', () => {
        world.configuration = { version: world.configuration.version + 1, config };
        return world.configuration;
      }),
    setTunnelSecret: (_, __, secret) => world.write('set secret', () => void (world.secretInForce = secret)),
    dropConnector: (_, { connector }) => world.write(`drop connector ${connector}`, () => undefined),
    dropConnections: (_, id) => world.write(`drop connections of ${id}`, () => undefined),
    deleteTunnel: (_, id) =>
      world.write(`delete tunnel ${id}`, () => {
        if (!world.isTunnelHeld) world.remote = world.remote.filter((tunnel) => tunnel.id !== id);
        return !world.isTunnelHeld;
      }),
  };
}

/** A pod of the stored Deployment, with the annotations that it was given. */
function aReadyPod({ objects, told }: TunnelWorld, name: string): Pod {
  const conditions = [{ type: 'Ready', status: 'True' }];
  const { spec } =
    (objects.get('Deployment') as { readonly spec?: { readonly template?: Pick<Pod, 'spec'> } }).spec?.template ?? {};
  const annotations = told.get(name) ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, annotations },
    ...(spec && { spec }),
    status: { conditions },
  };
}

/** The stored Deployment, with every connector as it should be, or on its way. */
function rolledOut({ objects, isRolledOut, rollout: status }: TunnelWorld): Deployment | undefined {
  const object = objects.get('Deployment');
  if (object === undefined) return undefined;
  const replicas = (object as Deployment).spec.replicas ?? 0;
  const counts = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
  return { ...object, status: isRolledOut ? counts : status } as Deployment;
}
