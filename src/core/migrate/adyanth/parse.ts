/**
 * Reads what adyanth/cloudflare-operator has left. What it serves is in its ConfigMaps, whatever its objects say: they
 * tell who asks for a hostname, and what has to be released.
 */
import type { ObjectKey } from '../../../api/objects.ts';
import { keyOf } from '../../keys.ts';
import { type Connector, connectorsIn } from '../connector.ts';
import { replicasOf, runningImage, schedulingOf } from '../deployments.ts';
import { type ClusterFacts, type ForeignObject, type MigrationInput, byKey } from '../facts.ts';
import { type ConnectorConfig, hiddenProblem, readConnectorConfig } from '../served-rules.ts';
import {
  type Findings,
  type MigrationProblem,
  type OwnershipRecord,
  type Takeover,
  blocked,
  left,
} from '../takeover.ts';
import { credentialsOf } from './credentials.ts';
import { type TheirTunnel, deleteCommand, describe, ofKinds, tunnelsIn } from './objects.ts';
import { homeOf, ourKey, secretOf } from './places.ts';
import { boundTo, releasesOf, unmanagedHostnames, unserved } from './requests.ts';

const CONTROLLER = /(?:^|\/)cloudflare-operator(?:[:@]|$)/;

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
  const places = { ours: ourKey(tunnel), secret: secretOf(tunnel, input.deployments) };
  const { credentials, copy, problems } = credentialsOf(tunnel, places, input);
  const parts = { credentials, ...(copy === undefined ? {} : { copy }) };
  return {
    takeover: { ...takeoverOf(found, input), ...parts },
    problems: [
      ...problems,
      ...config.hidden.map(hiddenProblem),
      ...unserved(tunnel, config, input),
      ...patchProblems(tunnel),
    ],
  };
}

interface Found {
  readonly tunnel: TheirTunnel;
  readonly connector: Connector;
  readonly config: ConnectorConfig;
  readonly id: string;
  readonly controllers: readonly ObjectKey[];
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

function patchProblems({ isPatched, object }: TheirTunnel): readonly MigrationProblem[] {
  return isPatched
    ? [
        left(
          `The deployPatch of ${describe(object)} is not migrated. Write what you need of it to spec.cloudflared of the Tunnel`,
        ),
      ]
    : [];
}
