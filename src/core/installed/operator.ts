/** What the Deployment of the operator says about it. */
import type { KubeObject } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';

export interface OperatorDeployment extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: {
      readonly spec?: {
        readonly serviceAccountName?: string;
        readonly containers?: readonly Container[];
      };
    };
  };
  readonly status?: { readonly readyReplicas?: number };
}

interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

export interface InstalledOperator {
  readonly deployment: string;
  readonly namespace: string;
  /** From the image, else from the label; `undefined` if neither says. */
  readonly version: string | undefined;
  readonly image: string | undefined;
  readonly serviceAccount: string;
  /** The only namespace that it watches. */
  readonly watchNamespace: string | undefined;
  readonly servesGatewayApi: boolean;
  readonly replicas: number;
  readonly readyReplicas: number;
  /** The Helm release that it belongs to. */
  readonly helmRelease: string | undefined;
}

/** The container of the operator; a mesh may have added others. */
const CONTAINER = 'operator';

export function describeOperator(deployment: OperatorDeployment): InstalledOperator {
  const { metadata, spec, status } = deployment;
  const pod = spec?.template?.spec;
  const containers = pod?.containers ?? [];
  const container = containers.find(({ name }) => name === CONTAINER) ?? containers[0];
  const image = container?.image;
  const watchNamespace = watchNamespaceOf(container, metadata.namespace);
  return {
    deployment: keyOf(deployment),
    namespace: metadata.namespace ?? '',
    version: versionIn(image) ?? metadata.labels?.['app.kubernetes.io/version'],
    image,
    serviceAccount: pod?.serviceAccountName ?? 'default',
    watchNamespace,
    servesGatewayApi: servesGatewayApi(container, watchNamespace),
    replicas: spec?.replicas ?? 1,
    readyReplicas: status?.readyReplicas ?? 0,
    helmRelease: helmReleaseOf(deployment),
  };
}

/** The tag of an image, unless it is only a digest or a word such as `latest`. */
function versionIn(image: string | undefined): string | undefined {
  return /:v?(\d+\.\d+\.\d+[^@/]*)(?:@|$)/.exec(image ?? '')?.[1];
}

/** A value that comes from the downward API is the namespace of the pod. */
function watchNamespaceOf(container: Container = {}, own: string | undefined): string | undefined {
  const value = flagOf(container, 'watch-namespace', own);
  return value === '' ? undefined : value;
}

function servesGatewayApi(container: Container = {}, watchNamespace: string | undefined): boolean {
  return watchNamespace === undefined || flagOf(container, 'gateway-api') === 'true';
}

/** `referred`: what a variable stands for that has no value of its own. */
function flagOf({ args = [], env = [] }: Container, name: string, referred?: string): string | undefined {
  const flag = args.find((arg) => arg.startsWith(`--${name}=`))?.slice(`--${name}=`.length);
  const variable = env.find((one) => one.name === `CFTUNNEL_${name.replaceAll('-', '_').toUpperCase()}`);
  return flag ?? (variable === undefined ? undefined : (variable.value ?? referred));
}

function helmReleaseOf({ metadata }: OperatorDeployment): string | undefined {
  if (metadata.labels?.['app.kubernetes.io/managed-by'] !== 'Helm') return undefined;
  return metadata.annotations?.['meta.helm.sh/release-name'];
}
