/** Reads Deployments that run cloudflared with a file of their own, or with a token. */
import type { ObjectKey } from '../../../api/objects.ts';
import { keyOf } from '../../keys.ts';
import { type Connector, connectorsIn } from '../connector.ts';
import { replicasOf, schedulingOf } from '../deployments.ts';
import { type ClusterFacts, type MigrationInput, byKey } from '../facts.ts';
import { type ConnectorConfig, hiddenProblem, readConnectorConfig } from '../served-rules.ts';
import { type Findings, type MigrationProblem, type Takeover, blocked, left } from '../takeover.ts';
import { merged } from './merge.ts';
import { textOf, tunnelOf } from './tunnel-id.ts';

/** The Secret with an API token that the user has to create, unless another is named. */
const CREDENTIALS = 'cloudflare';

/** Labels of connectors that another tool looks after. */
const OWNERS: Readonly<Record<string, string>> = {
  'cfargotunnel.com/app': 'adyanth',
  'strrl.dev/cloudflare-tunnel-ingress-controller': 'strrl',
};

export function parseCloudflared(input: MigrationInput): Findings {
  const connectors = connectorsIn(input.deployments);
  const own = connectors.filter((connector) => ownerOf(connector) === undefined);
  const read = own.map((connector) => readOne(connector, input));
  const { takeovers, problems } = merged(read.flatMap(({ takeover }) => takeover ?? []));
  return {
    takeovers,
    problems: [...connectors.flatMap(ownerProblem), ...read.flatMap((one) => one.problems), ...problems],
  };
}

export function configMapsToRead(facts: Pick<ClusterFacts, 'deployments'>): readonly ObjectKey[] {
  return connectorsIn(facts.deployments).flatMap(({ config }) => (config?.kind === 'ConfigMap' ? [config.object] : []));
}

export function secretsToRead(
  facts: Pick<ClusterFacts, 'deployments'>,
  credentials = CREDENTIALS,
): readonly ObjectKey[] {
  return connectorsIn(facts.deployments).flatMap(({ workload, mountedSecrets, token }) => [
    `${workload.metadata.namespace}/${credentials}`,
    ...mountedSecrets,
    ...(token !== undefined && 'secret' in token ? [token.secret] : []),
  ]);
}

function ownerOf({ workload }: Connector): string | undefined {
  const labels = workload.metadata.labels ?? {};
  return Object.entries(OWNERS).find(([label]) => Object.hasOwn(labels, label))?.[1];
}

function ownerProblem(connector: Connector): readonly MigrationProblem[] {
  const owner = ownerOf(connector);
  const key = keyOf(connector.workload);
  return owner === undefined
    ? []
    : [left(`Deployment ${key} is looked after by another tool and is left out. For it: cftunnel migrate ${owner}`)];
}

interface ReadConnector {
  readonly takeover?: Takeover;
  readonly problems: readonly MigrationProblem[];
}

function readOne(connector: Connector, input: MigrationInput): ReadConnector {
  const key = keyOf(connector.workload);
  const refuse = (why: string): ReadConnector => ({
    problems: [blocked(`Deployment ${key} cannot be migrated: ${why}`)],
  });
  const text = connector.config && textOf(connector.config, input);
  if (text === undefined && connector.token === undefined)
    return refuse('its configuration is in no ConfigMap or Secret of the cluster. Put it into a ConfigMap first');
  const config = text === undefined ? undefined : readConnectorConfig(text, input.parsers);
  if (config !== undefined && 'problem' in config) return refuse(`its configuration ${config.problem}`);
  if (config?.hasWarpRouting === true)
    return refuse(
      'it routes private networks (warp-routing), which a Tunnel does not. Run these with a tunnel of their own',
    );
  const tunnel = tunnelOf(connector, config, input);
  if (tunnel === undefined) return refuse('neither its configuration nor its token says for which tunnel it is');
  return {
    takeover: takeoverOf(connector, { config, tunnel, input }),
    problems: problemsWith(connector, config, input),
  };
}

interface ReadConfig {
  readonly config: ConnectorConfig | undefined;
  readonly tunnel: NonNullable<Takeover['spec']['existingTunnel']>;
  readonly input: MigrationInput;
}

function takeoverOf({ workload, findFile, protocol }: Connector, { config, tunnel, input }: ReadConfig): Takeover {
  const chosen = protocol ?? config?.protocol;
  return {
    tunnel: keyOf(workload),
    spec: {
      existingTunnel: tunnel,
      configMode: hasRules(config) ? 'Local' : 'Remote',
      ...(chosen === 'http2' || chosen === 'quic' ? { protocol: chosen } : {}),
    },
    credentials: input.credentials ?? CREDENTIALS,
    connectorNamespace: workload.metadata.namespace ?? '',
    rules: config?.rules ?? [],
    defaults: config?.originRequest ?? {},
    fallback: hasRules(config) ? config.fallback : 'http_status:404',
    findFile,
    replacesRemoteRules: false,
    replicas: replicasOf(workload),
    scheduling: schedulingOf(workload),
    connectors: [keyOf(workload)],
    controllers: [],
    paused: [],
    releases: [],
    ownership: [],
    leftovers: [`kubectl delete deployment -n ${workload.metadata.namespace} ${workload.metadata.name}`],
  };
}

function hasRules(config: ConnectorConfig | undefined): config is ConnectorConfig {
  return config !== undefined && (config.rules.length > 0 || config.fallback !== 'http_status:503');
}

function problemsWith(
  { workload }: Connector,
  config: ConnectorConfig | undefined,
  { credentials = CREDENTIALS, secrets }: MigrationInput,
): readonly MigrationProblem[] {
  const { namespace } = workload.metadata;
  const secret = `${namespace}/${credentials}`;
  const create = `kubectl create secret generic -n ${namespace} ${credentials} --from-literal=CLOUDFLARE_API_TOKEN=...`;
  const wild = (config?.rules ?? []).filter(({ hostname }) => hostname.startsWith('*.'));
  return [
    ...(byKey(secrets, secret) === undefined
      ? [blocked(`Secret ${secret} does not exist. The operator needs an API token in it: ${create}`)]
      : []),
    ...(hasRules(config)
      ? []
      : [
          left(
            `The rules of Deployment ${keyOf(workload)} are at Cloudflare. They stay as they are, and status.config.existingRules of the Tunnel lists them`,
          ),
        ]),
    ...(config?.hidden ?? []).map(hiddenProblem),
    ...wild.map(({ hostname }) => left(`${hostname} gets a DNS record if it has none`)),
  ];
}
