/** The Tunnel `shop/home` with its objects in a cluster and its tunnel at Cloudflare, all in memory. */
import type { Condition } from '../../src/api/conditions.ts';
import type { AccessPolicy, Deployment, KubeObject, Pod, Secret, Tunnel } from '../../src/api/objects.ts';
import { Orphans } from '../../src/controllers/tunnel/clean-up/orphans.ts';
import { TunnelMemories, type TunnelMemory } from '../../src/controllers/tunnel/pass/memory.ts';
import { reconcileTunnel } from '../../src/controllers/tunnel/reconcile.ts';
import { decodeRoutes } from '../../src/core/published-routes/routes-json.ts';
import { type RemoteConfiguration, UNCONFIGURED, rulesOf, textOf } from '../../src/core/remote-config/configuration.ts';
import type { RoutingTable } from '../../src/core/routing/table.ts';
import type { TunnelObservation } from '../../src/core/status/exposed.ts';
import type { RemoteTunnel } from '../../src/core/tunnel/remote.ts';
import type { Outcome, Pass } from '../../src/runtime/controller.ts';
import { Waits } from '../../src/runtime/waits.ts';
import { ApplicationsWorld } from './applications.ts';
import { EPOCH, type TunnelTraits, aNamespace, aSecret, aTunnel } from './builders.ts';
import { RecordsWorld } from './records-world.ts';
import { aRoute, aRouteResult } from './routes.ts';
import { portsOf } from './tunnel-world-ports.ts';

export const HOME = 'shop/home';
export const ACCOUNT = 'a'.repeat(32);

const SECRET = aSecret('shop/cloudflare-api-token', { CLOUDFLARE_API_TOKEN: 'token', CLOUDFLARE_ACCOUNT_ID: ACCOUNT });
const TOKEN: Secret = { ...SECRET, metadata: { ...SECRET.metadata, resourceVersion: '1' } };

/** Until a test says otherwise, the Service `shop/web` is to be exposed at `app.example.com`. */
export class TunnelWorld {
  /** Everything that is written, reported and woken, in order. */
  readonly log: string[] = [];
  /** Failures by the name that the log has for the call. */
  readonly failures = new Map<string, Error>();
  /** The Tunnel's objects and its namespace, by their titles. */
  readonly objects = new Map<string, KubeObject>([['Namespace', aNamespace('shop')]]);
  /** Zones and records. */
  readonly cloud = new RecordsWorld();
  readonly clock = this.cloud.clock;
  readonly memories = new TunnelMemories(this.clock);
  /** What is reported of leftovers of former Tunnels. */
  readonly orphanReports: string[] = [];
  readonly orphans = new Orphans({
    cluster: 'test',
    namespace: undefined,
    tunnels: { list: () => (this.tunnel === undefined ? [] : [this.tunnel]) },
    hash: String,
    everyMs: 60_000,
    since: new Waits(this.clock),
    report: (message) => void this.orphanReports.push(message),
  });
  driftIntervalMs = 60_000;
  tunnel: Tunnel | undefined;
  token: Secret | undefined = TOKEN;
  /** The tunnels of the account. */
  remote: readonly RemoteTunnel[] = [];
  tunnelsAgeMs = 0;
  hasAllTunnels = true;
  /** The secret of the tunnel at Cloudflare. */
  secretInForce = 'c2VjcmV0';
  secretsMade = 0;
  /** Connectors of others keep the tunnel from being deleted. */
  isTunnelHeld = false;
  /** Ids of the connectors that are connected; `undefined`: unknown at present. */
  connectors: readonly string[] | undefined = ['one', 'two'];
  /** The rules at Cloudflare, with `configMode: Remote`. */
  configuration: RemoteConfiguration = UNCONFIGURED;
  /** Versions of them that the pods report; `undefined`: a pod does not answer. */
  podVersions: Readonly<Record<string, number | undefined>> = {};
  readonly access = new ApplicationsWorld();
  /** The AccessPolicies of the cluster. */
  accessPolicies: readonly AccessPolicy[] = [];
  table = tableOf('app.example.com');
  isRolledOut = false;
  /** The status of the Deployment until then. */
  rollout: NonNullable<Deployment['status']> = {};
  areFinalizersPending = false;
  /** It was deleted after the pass began. */
  isGone = false;
  /** Services that still carry our finalizer. */
  held: readonly string[] = [];
  observation: TunnelObservation | undefined;
  /** Every condition that the Service was given. */
  readonly exposed: Condition[] = [];
  /** Where the pods behind port 80 of every Service are reached; `undefined`: the Service has no such port. */
  endpoints: readonly string[] | undefined = ['10.0.0.1', '10.0.0.2'];
  areEndpointsKnown = true;
  /** Annotations of the pods, by name. */
  readonly told = new Map<string, Readonly<Record<string, string>>>();
  /** The connectors' pods; by default, all are ready once they are rolled out. */
  pods: readonly Pod[] | undefined;

  constructor(traits: TunnelTraits = {}) {
    this.tunnel = aTunnel(HOME, traits);
  }

  /** Its connectors serve the rule, and its record exists. */
  static async settled(traits: TunnelTraits = {}): Promise<TunnelWorld> {
    const world = new TunnelWorld(traits);
    await world.pass();
    world.isRolledOut = true;
    world.podVersions = bothPods(world.configuration.version);
    await world.pass();
    world.log.length = 0;
    return world;
  }

  pass(pass: Partial<Pass> = {}): Promise<Outcome> {
    const signal = new AbortController().signal;
    return reconcileTunnel(portsOf(this), HOME, { signal, failures: 0, isRetry: false, ...pass });
  }

  edit(change: { readonly metadata?: Partial<Tunnel['metadata']>; readonly spec?: Partial<Tunnel['spec']> }): void {
    const { metadata, spec, ...rest } = this.tunnel as Tunnel;
    this.tunnel = { ...rest, metadata: { ...metadata, ...change.metadata }, spec: { ...spec, ...change.spec } };
  }

  delete(): void {
    this.edit({ metadata: { deletionTimestamp: EPOCH } });
  }

  /** Somebody writes one of its objects. */
  alter(kind: string, metadata: Partial<KubeObject['metadata']>): void {
    const object = this.objects.get(kind) as KubeObject;
    this.objects.set(kind, { ...object, metadata: { ...object.metadata, ...metadata } });
  }

  get memory(): TunnelMemory {
    return this.memories.of(this.tunnel as Tunnel);
  }

  condition(type: string): Condition | undefined {
    return this.tunnel?.status?.conditions?.find((one) => one.type === type);
  }

  /** Status and reason of each condition; of one that is blocked, what it waits for. */
  conditions(): Readonly<Record<string, string>> {
    const conditions = (this.tunnel?.status?.conditions ?? []) as readonly Condition[];
    return Object.fromEntries(
      conditions.map(({ type, status, reason, message }) => [
        type,
        reason === 'Blocked' ? message : `${status} ${reason}`,
      ]),
    );
  }

  /** Hostnames of the published rules. */
  rules(): readonly string[] {
    return (decodeRoutes(this.objects.get('ConfigMap')) ?? []).map(({ hostname }) => hostname);
  }

  /** Hostnames of the rules at Cloudflare. */
  remoteRules(): readonly string[] {
    return rulesOf(this.configuration.config).map((rule) => textOf(rule, 'hostname'));
  }

  /** Answers a call unless it is to fail. */
  async read<T>(call: string, answer: () => T | Promise<T>): Promise<T> {
    const failure = this.failures.get(call);
    if (failure !== undefined) throw failure;
    return answer();
  }

  write<T>(call: string, answer: () => T | Promise<T>): Promise<T> {
    return this.read(call, () => {
      this.log.push(call);
      return answer();
    });
  }
}

/** Every pod runs this version of the rules. */
export function bothPods(version: number | undefined) {
  return { one: version, two: version };
}

/** The routing table in which the Tunnel is to publish these hostnames of `shop/web`. */
export function tableOf(...hostnames: readonly string[]): RoutingTable {
  const result = aRouteResult('shop/web', { tunnel: HOME, hostnames });
  return {
    results: new Map([['shop/web', result]]),
    furtherKeys: new Map(),
    published: new Map([[HOME, hostnames.map((hostname) => aRoute(hostname))]]),
    resultsByTunnel: new Map([[HOME, [result]]]),
    withoutFinalizer: new Set(),
    claims: new Map(),
    caPools: new Set(),
  };
}
