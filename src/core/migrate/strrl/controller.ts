/** How STRRL's Ingress controller was started: for which tunnel, which classes, and with which token. */
import type { ObjectKey } from '../../../api/objects.ts';
import { decodeBase64 } from '../../base64.ts';
import { flagOf, runningImage, variableOf } from '../deployments.ts';
import { type ClusterFacts, type Ingress, type MigrationInput, type Workload, byKey } from '../facts.ts';

const IMAGE = /(?:^|\/)cloudflare-tunnel-ingress-controller(?:[:@]|$)/;
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** A value that a flag has, or the key of a Secret that holds it. */
export interface FlagValue {
  readonly text: string | undefined;
  readonly secret: { readonly object: ObjectKey; readonly key: string } | undefined;
}

export interface Controller {
  readonly workload: Workload;
  readonly tunnelName: FlagValue;
  readonly accountId: FlagValue;
  readonly token: FlagValue;
  /** Whether it serves an Ingress. */
  readonly serves: (ingress: Ingress) => boolean;
}

export function controllersIn(facts: Pick<ClusterFacts, 'deployments'>): readonly Workload[] {
  return runningImage(facts.deployments, IMAGE);
}

export function readController(workload: Workload, { ingressClasses, secrets }: MigrationInput): Controller {
  const read = (flag: string): FlagValue => {
    const reference = referenceOf(workload, flag);
    const { secret } = reference;
    const value = secret && byKey(secrets, secret.object)?.data?.[secret.key];
    return value === undefined ? reference : { secret, text: decodeBase64(value).trim() };
  };
  const className = flagOf(workload, 'ingress-class') ?? 'cloudflare-tunnel';
  const controllerName = flagOf(workload, 'controller-class') ?? 'strrl.dev/cloudflare-tunnel-ingress-controller';
  const classes = new Set(
    ingressClasses.filter(({ spec }) => spec?.controller === controllerName).map(({ metadata }) => metadata.name),
  );
  return {
    workload,
    tunnelName: read('cloudflare-tunnel-name'),
    accountId: read('cloudflare-account-id'),
    token: read('cloudflare-api-token'),
    serves: ({ metadata, spec }) =>
      metadata.annotations?.[CLASS_ANNOTATION] === className || classes.has(spec?.ingressClassName ?? ''),
  };
}

/** The Secrets to which the flags of a controller refer. */
export function secretsOf(workload: Workload): readonly ObjectKey[] {
  const flags = ['cloudflare-tunnel-name', 'cloudflare-account-id', 'cloudflare-api-token'];
  return flags.flatMap((flag) => referenceOf(workload, flag).secret?.object ?? []);
}

/** A flag is usually `$(VARIABLE)`, and the variable a key of a Secret. */
function referenceOf(workload: Workload, flag: string): FlagValue {
  const text = flagOf(workload, flag);
  const name = /^\$\(([A-Za-z0-9_]+)\)$/.exec(text ?? '')?.[1];
  if (name === undefined) return { text, secret: undefined };
  const variable = variableOf(workload, name);
  const { name: secret, key } = variable?.valueFrom?.secretKeyRef ?? {};
  if (secret === undefined || key === undefined) return { text: variable?.value, secret: undefined };
  return { text: undefined, secret: { object: `${workload.metadata.namespace}/${secret}`, key } };
}

/** The connectors that a controller looks after. */
export function connectorsOf({ metadata }: Workload, deployments: readonly Workload[]): readonly Workload[] {
  return deployments.filter(
    (one) =>
      one.metadata.namespace === metadata.namespace &&
      one.metadata.labels?.['strrl.dev/cloudflare-tunnel-ingress-controller'] === 'controlled-cloudflared-connector',
  );
}
