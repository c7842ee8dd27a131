/**
 * Reads what adyanth/cloudflare-operator has left. What it serves is in its ConfigMaps, whatever its objects say: they
 * tell who asks for a hostname, and what has to be released.
 */
import { DEFAULT_NAMESPACE } from '../../../api/names.ts';
import type { ObjectKey } from '../../../api/objects.ts';
import { keyOf } from '../../keys.ts';
import { normalName } from '../../model/hostname.ts';
import { type Connector, connectorsIn } from '../connector.ts';
import { replicasOf, runningImage, schedulingOf } from '../deployments.ts';
import { type ClusterFacts, type ForeignObject, type MigrationInput, type Workload, byKey } from '../facts.ts';
import { type ConnectorConfig, hiddenProblem, readConnectorConfig } from '../served-rules.ts';
import {
  type Findings,
  type MigrationProblem,
  type OwnershipRecord,
  type Release,
  type Takeover,
  blocked,
  left,
} from '../takeover.ts';
import { hostnameAsked, releaseOf } from './annotations.ts';
import { credentialsOf } from './credentials.ts';
import {
  FINALIZER,
  type TheirTunnel,
  bindingsIn,
  deleteCommand,
  describe,
  isBoundTo,
  ofKinds,
  tunnelsIn,
} from './objects.ts';

const CONTROLLER = /(?:^|\/)cloudflare-operator(?:[:@]|$)/;

/** Where it keeps what belongs to ClusterTunnels, unless a flag says otherwise. */
const RESOURCE_NAMESPACE = 'cloudflare-operator-system';

export function parseAdyanth(input: MigrationInput): Findings {
  const controllers = runningImage(input.deployments, CONTROLLER).map(keyOf);
  const read = tunnelsIn(input.foreign).map((tunnel) => readOne(tunnel, controllers, input));
  return {
    takeovers: read.flatMap(({ takeover }) => takeover ?? []),
    problems: [
      ...controllerProblems(input.foreign, controllers),
      ...read.flatMap(({ problems }) => problems),
      ...ofKinds(input.foreign, ['AccessTunnel']).map((object) =>
        left(`${describe(object)} is a client of a tunnel. It is left as it is`),
      ),
    ],
  };
}

export function configMapsToRead(facts: Pick<ClusterFacts, 'foreign' | 'deployments'>): readonly ObjectKey[] {
  return tunnelsIn(facts.foreign).map((tunnel) => homeOf(tunnel, facts.deployments));
}

export function secretsToRead(facts: Pick<ClusterFacts, 'foreign' | 'deployments'>): readonly ObjectKey[] {
  return tunnelsIn(facts.foreign).map((tunnel) => secretOf(tunnel, facts.deployments));
}

function controllerProblems(
  foreign: readonly ForeignObject[],
  controllers: readonly ObjectKey[],
): readonly MigrationProblem[] {
  return controllers.length > 0 || tunnelsIn(foreign).length === 0
    ? []
    : [left('No Deployment of cloudflare-operator was found in the cluster. If it runs elsewhere, stop it first')];
}

/** The ConfigMap and the Deployment of a Tunnel have its name. */
function homeOf(tunnel: TheirTunnel, deployments: readonly Workload[]): ObjectKey {
  return `${homeNamespace(tunnel, deployments)}/${tunnel.name}`;
}

function homeNamespace({ isForCluster, object, name }: TheirTunnel, deployments: readonly Workload[]): string {
  if (!isForCluster) return object.metadata.namespace ?? '';
  const deployment = deployments.find(
    ({ metadata }) => metadata.name === name && metadata.labels?.['cfargotunnel.com/is-cluster-tunnel'] === 'true',
  );
  return deployment?.metadata.namespace ?? RESOURCE_NAMESPACE;
}

function secretOf(tunnel: TheirTunnel, deployments: readonly Workload[]): ObjectKey {
  return `${homeNamespace(tunnel, deployments)}/${tunnel.secret}`;
}

interface ReadTunnel {
  readonly takeover?: Takeover;
  readonly problems: readonly MigrationProblem[];
}

function readOne(tunnel: TheirTunnel, controllers: readonly ObjectKey[], input: MigrationInput): ReadTunnel {
  const home = homeOf(tunnel, input.deployments);
  const workload = byKey(input.deployments, home);
  const connector = workload === undefined ? undefined : connectorsIn([workload])[0];
  const text = byKey(input.configMaps, home)?.data?.['config.yaml'];
  if (connector === undefined || text === undefined)
    return { problems: [left(`${describe(tunnel.object)} has no connectors, so nothing of it is migrated`)] };
  const config = readConnectorConfig(text, input.parsers);
  if ('problem' in config) return { problems: [blocked(`ConfigMap ${home} ${config.problem}`)] };
  const id = tunnel.tunnelId ?? config.tunnel;
  if (id === undefined)
    return { problems: [blocked(`${describe(tunnel.object)} does not say which tunnel it is for`)] };
  const found: Found = { tunnel, connector, config, id, controllers };
  const { credentials, copy, problems } = credentialsOf(
    tunnel,
    ourKey(tunnel),
    secretOf(tunnel, input.deployments),
    input,
  );
  const parts = { credentials, ...(copy === undefined ? {} : { copy }) };
  return {
    takeover: { ...takeoverOf(found, input), ...parts },
    problems: [...problems, ...config.hidden.map(hiddenProblem), ...unserved(found, input), ...patchProblems(tunnel)],
  };
}

interface Found {
  readonly tunnel: TheirTunnel;
  readonly connector: Connector;
  readonly config: ConnectorConfig;
  readonly id: string;
  readonly controllers: readonly ObjectKey[];
}

/** The same names as those under which the operator reads the annotations of Services. */
function ourKey({ isForCluster, object, name }: TheirTunnel): ObjectKey {
  return `${isForCluster ? DEFAULT_NAMESPACE : object.metadata.namespace}/${name}`;
}

function takeoverOf(found: Found, input: MigrationInput): Omit<Takeover, 'credentials' | 'copy'> {
  const { tunnel, connector, config, id, controllers } = found;
  const { workload, findFile, protocol } = connector;
  const unmanaged = unmanagedHostnames(tunnel, input);
  return {
    tunnel: ourKey(tunnel),
    spec: {
      ...(tunnel.accountId === undefined ? {} : { accountId: tunnel.accountId }),
      existingTunnel: { id },
      configMode: 'Local',
      ...(protocol === 'http2' || protocol === 'quic' ? { protocol } : {}),
    },
    connectorNamespace: workload.metadata.namespace ?? '',
    rules: config.rules.map((rule) => ({ ...rule, hasManagedRecord: !unmanaged.has(rule.hostname) })),
    defaults: config.originRequest,
    fallback: config.fallback,
    findFile,
    replacesRemoteRules: false,
    replicas: replicasOf(workload),
    scheduling: schedulingOf(workload),
    connectors: [keyOf(workload)],
    controllers,
    paused: [],
    releases: releasesOf(tunnel, input),
    ownership: config.rules
      .filter(({ hostname }) => !unmanaged.has(hostname))
      .map(({ hostname }) => ownershipOf(hostname, id)),
    leftovers: [...boundTo(tunnel, input).map(({ object }) => object), tunnel.object].map(deleteCommand),
  };
}

function ownershipOf(hostname: string, tunnelId: string): OwnershipRecord {
  return { hostname, name: `_managed.${hostname}`, contains: ['DnsId', tunnelId] };
}

function boundTo(tunnel: TheirTunnel, { foreign }: MigrationInput) {
  return bindingsIn(foreign).filter((binding) => isBoundTo(binding, tunnel));
}

/** Hostnames whose record somebody else looks after. */
function unmanagedHostnames(tunnel: TheirTunnel, input: MigrationInput): ReadonlySet<string> {
  const bindings = boundTo(tunnel, input).filter(({ managesRecords }) => !managesRecords);
  return new Set(bindings.flatMap(({ subjects }) => subjects.map((subject) => hostnameOf(subject, tunnel))));
}

function hostnameOf({ name, fqdn }: { name: string; fqdn: string | undefined }, { domain }: TheirTunnel): string {
  return normalName(fqdn ?? `${name}.${domain}`);
}

/** Finalizers that would hold up a deletion for ever once their operator is gone, and annotations that are replaced. */
function releasesOf(tunnel: TheirTunnel, input: MigrationInput): readonly Release[] {
  const objects = [tunnel.object, ...boundTo(tunnel, input).map(({ object }) => object)];
  const asking = input.services.filter((service) => hostnameAsked(service, tunnel) !== undefined);
  const ofObjects = objects
    .filter(({ metadata }) => metadata.finalizers?.includes(FINALIZER) === true)
    .map((object) => ({
      apiVersion: object.apiVersion,
      kind: object.kind,
      key: keyOf(object),
      finalizers: [FINALIZER],
      annotations: [],
      labels: [],
    }));
  return [...asking.flatMap((service) => releaseOf(service) ?? []), ...ofObjects];
}

/** Hostnames that somebody asks for, and that the connectors do not have. */
function unserved({ tunnel, config }: Found, input: MigrationInput): readonly MigrationProblem[] {
  const served = new Set([...config.rules, ...config.hidden].map(({ hostname }) => hostname));
  const byBinding = boundTo(tunnel, input).flatMap(({ object, subjects }) =>
    subjects.map((subject) => ({ by: `TunnelBinding ${keyOf(object)}`, hostname: hostnameOf(subject, tunnel) })),
  );
  const byService = input.services.flatMap((service) => {
    const hostname = hostnameAsked(service, tunnel);
    return hostname === undefined ? [] : [{ by: `Service ${keyOf(service)}`, hostname }];
  });
  return [...byBinding, ...byService]
    .filter(({ hostname }) => !served.has(hostname))
    .map(({ by, hostname }) =>
      left(`${by} asks for ${hostname}, which is not served today, so it is left out. Annotate its Service afterwards`),
    );
}

function patchProblems({ isPatched, object }: TheirTunnel): readonly MigrationProblem[] {
  return isPatched
    ? [
        left(
          `The deployPatch of ${describe(object)} is not migrated. Write what you need of it to spec.cloudflared of the Tunnel`,
        ),
      ]
    : [];
}
