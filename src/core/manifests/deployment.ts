import { CONFIG_HASH_ANNOTATION, CREDENTIALS_HASH_ANNOTATION } from '../../api/names.ts';
import type { KubeObject, Tunnel } from '../../api/objects.ts';
import { CONFIG_FOLDER } from '../ingress/rule.ts';
import {
  type CloudflaredSettings,
  type TunnelSettings,
  settingsOf,
  terminationSeconds,
} from '../model/tunnel-settings.ts';
import { CONNECTOR_CONTAINER } from '../tunnel/image.ts';
import { proxyContainer, proxyVolumes } from './proxy-container.ts';
import { RULES_SOURCES, type RulesSource } from './rules-source.ts';
import { ownedLabels, ownedMetadata, ownedNames, selectorLabels } from '../owned.ts';

/** Annotations of the pods. A change of one of them rolls the connectors. */
export interface PodHashes {
  readonly config: string;
  readonly credentials: string;
}

/** What a pod is made for. */
export interface PodNeeds extends PodHashes {
  /** A proxy runs beside cloudflared. Its configuration is not part of the pod, so a change of it rolls nothing. */
  readonly hasProxy?: boolean;
}

/** Port of a connector's metrics. */
export const METRICS_PORT = 2000;

/** User and group of the image. OpenShift assigns others and rejects a pod that sets these. */
const IMAGE_USER = { runAsUser: 65532, runAsGroup: 65532 };

/** How many connectors a tunnel can have at once, a limit of Cloudflare. */
const MAX_CONNECTORS = 25;

/**
 * The connectors. A new pod is connected before an old one stops, and an old one drains for the grace period
 * (ADR 0033). Readiness includes the connection to the edge; liveness does not, so that an outage of the edge does not
 * restart healthy pods.
 */
export function deploymentFor(tunnel: Tunnel, needs: PodNeeds): KubeObject & { readonly spec: unknown } {
  const { replicas } = settingsOf(tunnel);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: ownedMetadata(tunnel, ownedNames(tunnel).workload),
    spec: {
      replicas,
      revisionHistoryLimit: 3,
      // A connector is ready with its first connection. The other three follow, one a second.
      minReadySeconds: 5,
      strategy: { type: 'RollingUpdate', rollingUpdate: rollingUpdate(replicas) },
      selector: { matchLabels: selectorLabels(tunnel) },
      template: podTemplateFor(tunnel, needs),
    },
  };
}

/** The pods, before the patches of the spec. A change of it rolls the connectors. */
export function podTemplateFor(tunnel: Tunnel, { hasProxy = false, ...hashes }: PodNeeds): unknown {
  const settings = settingsOf(tunnel);
  const { podLabels, podAnnotations } = settings.cloudflared;
  return {
    metadata: {
      labels: { ...podLabels, ...ownedLabels(tunnel) },
      annotations: {
        ...podAnnotations,
        [CONFIG_HASH_ANNOTATION]: hashes.config,
        [CREDENTIALS_HASH_ANNOTATION]: hashes.credentials,
      },
    },
    spec: podSpec(tunnel, settings, hasProxy),
  };
}

/** A full tunnel refuses another connector, so one has to stop before its successor starts. */
function rollingUpdate(replicas: number): { readonly maxSurge: number; readonly maxUnavailable: number } {
  return replicas < MAX_CONNECTORS ? { maxSurge: 1, maxUnavailable: 0 } : { maxSurge: 0, maxUnavailable: 1 };
}

function podSpec(tunnel: Tunnel, { cloudflared: settings, configMode, proxy }: TunnelSettings, hasProxy: boolean) {
  const { workload, credentials } = ownedNames(tunnel);
  const rulesSource = RULES_SOURCES[configMode];
  return {
    serviceAccountName: workload,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: terminationSeconds(settings),
    securityContext: {
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
      ...(settings.securityContext ?? IMAGE_USER),
    },
    topologySpreadConstraints: settings.topologySpreadConstraints ?? spreadOverNodes(tunnel),
    ...placement(settings),
    ...(hasProxy ? { initContainers: [proxyContainer(proxy)] } : {}),
    containers: [container(settings, rulesSource)],
    volumes: [
      // Mounts all keys: with a list of files, an old pod could not start once one of them is removed.
      { name: 'config', configMap: { name: workload, ...rulesSource.configMap } },
      { name: 'credentials', secret: { secretName: credentials, items: [fileOf(rulesSource.credential)] } },
      ...(hasProxy ? proxyVolumes(tunnel) : []),
    ],
  };
}

/** The placement fields that the spec sets. */
function placement(settings: CloudflaredSettings): Record<string, unknown> {
  const { nodeSelector, tolerations, affinity, priorityClassName, imagePullSecrets } = settings;
  return Object.fromEntries(
    Object.entries({ nodeSelector, tolerations, affinity, priorityClassName, imagePullSecrets }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

function spreadOverNodes(tunnel: Tunnel): readonly unknown[] {
  return [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: selectorLabels(tunnel) },
    },
  ];
}

function container(settings: CloudflaredSettings, { args, env, mounts, credential }: RulesSource): unknown {
  return {
    name: CONNECTOR_CONTAINER,
    image: settings.image,
    args,
    env: environment(settings, env),
    ports: [{ name: 'metrics', containerPort: METRICS_PORT }],
    resources: settings.resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    startupProbe: probe('/healthcheck', { periodSeconds: 2, failureThreshold: 30 }),
    livenessProbe: probe('/healthcheck', { periodSeconds: 10, failureThreshold: 3 }),
    readinessProbe: probe('/ready', { periodSeconds: 5, failureThreshold: 2 }),
    volumeMounts: [
      ...[CONFIG_FOLDER, ...mounts].map((mountPath) => ({ name: 'config', mountPath, readOnly: true })),
      { name: 'credentials', mountPath: directoryOf(credential), readOnly: true },
    ],
  };
}

/**
 * Uses environment variables instead of flags, because an older cloudflared ignores an unknown variable but exits on an
 * unknown flag. Variables in the spec take precedence.
 */
function environment(
  settings: CloudflaredSettings,
  credentials: Readonly<Record<string, string>>,
): readonly { readonly name: string }[] {
  const variables = {
    ...credentials,
    NO_AUTOUPDATE: 'true',
    // With this address, Go listens on all addresses of both families.
    TUNNEL_METRICS: `0.0.0.0:${METRICS_PORT}`,
    TUNNEL_TRANSPORT_PROTOCOL: settings.protocol,
    TUNNEL_EDGE_IP_VERSION: settings.edgeIPVersion,
    TUNNEL_LOGLEVEL: settings.logLevel,
    TUNNEL_GRACE_PERIOD: settings.gracePeriod,
    TUNNEL_RETRIES: '1',
    TUNNEL_MANAGEMENT_DIAGNOSTICS: 'false',
  };
  const own = Object.entries(variables).map(([name, value]) => ({ name, value }));
  return [...new Map([...own, ...(settings.extraEnv ?? [])].map((variable) => [variable.name, variable])).values()];
}

function probe(path: string, timing: { readonly periodSeconds: number; readonly failureThreshold: number }): unknown {
  return { httpGet: { path, port: 'metrics' }, ...timing };
}

function fileOf(path: string): unknown {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return { key: name, path: name };
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
