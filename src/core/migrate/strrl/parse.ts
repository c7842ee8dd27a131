/** Reads what STRRL/cloudflare-tunnel-ingress-controller serves: the Ingresses of its class, through one tunnel. */
import type { ObjectKey } from '../../../api/objects.ts';
import { compare, keyOf } from '../../keys.ts';
import { replicasOf, schedulingOf } from '../deployments.ts';
import type { ClusterFacts, Ingress, MigrationInput, Workload } from '../facts.ts';
import { inForce } from '../served-rules.ts';
import { type Findings, type MigrationProblem, type Release, type Takeover, blocked, left } from '../takeover.ts';
import { type Controller, connectorsOf, controllersIn, readController, secretsOf } from './controller.ts';
import { inItsOrder, rulesOf } from './rules.ts';

const FINALIZER = 'strrl.dev/cloudflare-tunnel-ingress-controller-controlled';
const IDENTIFIER = 'strrl.dev/cloudflare-tunnel-ingress-controller';

export function parseStrrl(input: MigrationInput): Findings {
  const read = controllersIn(input).map((workload) => readOne(readController(workload, input), input));
  return {
    takeovers: read.flatMap(({ takeover }) => takeover ?? []),
    problems: read.flatMap(({ problems }) => problems),
  };
}

export function secretsToRead(facts: Pick<ClusterFacts, 'deployments'>): readonly ObjectKey[] {
  return controllersIn(facts).flatMap(secretsOf);
}

interface ReadController {
  readonly takeover?: Takeover;
  readonly problems: readonly MigrationProblem[];
}

function readOne(controller: Controller, input: MigrationInput): ReadController {
  const key = keyOf(controller.workload);
  const tunnelName = controller.tunnelName.text;
  if (tunnelName === undefined)
    return {
      problems: [blocked(`The name of the tunnel of Deployment ${key} cannot be read from its flags or Secret`)],
    };
  if (input.credentials === undefined && controller.token.secret === undefined)
    return {
      problems: [
        blocked(
          `The API token of Deployment ${key} is not in a Secret. Create one with CLOUDFLARE_API_TOKEN in its namespace, and name it with --credentials`,
        ),
      ],
    };
  const ingresses = input.ingresses.filter(controller.serves).toSorted((a, b) => compare(keyOf(a), keyOf(b)));
  const { rules, problems } = readIngresses(ingresses, input);
  return { takeover: takeoverOf(controller, tunnelName, { rules, ingresses, input }), problems };
}

function readIngresses(ingresses: readonly Ingress[], { services }: MigrationInput) {
  const read = ingresses.map((ingress) => ({ ingress, result: rulesOf(ingress, services) }));
  const rules = read.flatMap(({ result }) => ('rules' in result ? result.rules : []));
  const problems = read.flatMap(({ ingress, result }) => [
    ...('problem' in result
      ? [left(`Ingress ${keyOf(ingress)} is not served today, because ${result.problem}, so it is left out`)]
      : []),
    ...(ingress.spec?.defaultBackend === undefined
      ? []
      : [left(`The defaultBackend of Ingress ${keyOf(ingress)} is not served today, so it is left out`)]),
  ]);
  return { rules: inForce(rules.toSorted(inItsOrder)), problems };
}

interface Served {
  readonly rules: Takeover['rules'];
  readonly ingresses: readonly Ingress[];
  readonly input: MigrationInput;
}

function takeoverOf(controller: Controller, tunnelName: string, { rules, ingresses, input }: Served): Takeover {
  const { workload, accountId, token } = controller;
  const namespace = workload.metadata.namespace ?? '';
  const name = nameFor(tunnelName);
  const copied = `${name}-cloudflare-api`;
  const copy =
    input.credentials !== undefined || token.secret === undefined
      ? undefined
      : {
          from: token.secret.object,
          to: `${namespace}/${copied}`,
          keys: { CLOUDFLARE_API_TOKEN: token.secret.key },
          literals: {},
        };
  return {
    tunnel: `${namespace}/${name}`,
    spec: {
      ...(accountId.text === undefined ? {} : { accountId: accountId.text }),
      existingTunnel: { name: tunnelName },
      configMode: 'Remote',
    },
    credentials: input.credentials ?? copied,
    ...(copy === undefined ? {} : { copy }),
    rules,
    ...remoteParts(connectorsOf(workload, input.deployments), namespace),
    controllers: [keyOf(workload)],
    releases: ingresses.filter(isHeld).map(releaseOf),
    ownership: rules.map(({ hostname }) => ({
      hostname,
      name: `_ctic_managed.${hostname}`,
      contains: [IDENTIFIER, tunnelName],
    })),
    leftovers: [
      ...ingresses.map(({ metadata }) => `kubectl delete ingress -n ${metadata.namespace} ${metadata.name}`),
      `helm uninstall of the release to which Deployment ${keyOf(workload)} belongs`,
    ],
  };
}

/** It has no defaults of its own, and its catch-all is always the same. */
function remoteParts(connectors: readonly Workload[], namespace: string) {
  const [first] = connectors;
  return {
    connectorNamespace: namespace,
    defaults: {},
    fallback: 'http_status:404',
    findFile: () => undefined,
    replacesRemoteRules: true,
    replicas: connectors.reduce((sum, one) => sum + replicasOf(one), 0),
    scheduling: first === undefined ? {} : schedulingOf(first),
    connectors: connectors.map(keyOf),
    paused: [],
  };
}

/** The name of a Tunnel is a name in Kubernetes, and that of a remote tunnel any text. */
function nameFor(tunnelName: string): string {
  const plain = tunnelName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return plain === '' ? 'tunnel' : plain;
}

function isHeld({ metadata }: Ingress): boolean {
  return metadata.finalizers?.includes(FINALIZER) === true;
}

function releaseOf(ingress: Ingress): Release {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    key: keyOf(ingress),
    finalizers: [FINALIZER],
    annotations: [],
    labels: [],
  };
}
