import { describe, expect, it } from '@jest/globals';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import { deploymentFor } from '../../../src/core/manifests/deployment.ts';
import { ownedLabels, ownedMetadata, selectorLabels } from '../../../src/core/owned.ts';
import { CONNECTOR_DEFAULTS, PROXY_DEFAULTS } from '../../../src/core/model/connector-defaults.ts';
import { aTunnel } from '../../support/builders.ts';

type CloudflaredSpec = NonNullable<TunnelSpec['cloudflared']>;

const HOME = aTunnel('shop/home');
const HASHES = { config: 'config-1', credentials: 'credentials-1' };
const HASH_ANNOTATIONS = { 'cftunnel.io/config-hash': 'config-1', 'cftunnel.io/credentials-hash': 'credentials-1' };
const RESTRICTED = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };

describe('the Deployment', () => {
  // Invariants 12, 38.
  it('never removes a connector before its successor is connected, and is the same for the same Tunnel', () => {
    const deployment = deploymentFor(HOME, HASHES);

    expect(JSON.stringify(deployment)).toBe(JSON.stringify(deploymentFor(HOME, HASHES)));
    expect(deployment).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: ownedMetadata(HOME, 'home-cloudflared'),
      spec: {
        replicas: 2,
        revisionHistoryLimit: 3,
        minReadySeconds: 5,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        selector: { matchLabels: selectorLabels(HOME) },
        template: { metadata: { labels: ownedLabels(HOME), annotations: HASH_ANNOTATIONS }, spec: expect.anything() },
      },
    });
  });

  // Invariant 38.
  it.each([
    { replicas: 1, maxSurge: 1, maxUnavailable: 0 },
    { replicas: 24, maxSurge: 1, maxUnavailable: 0 },
    { replicas: 25, maxSurge: 0, maxUnavailable: 1 },
  ])('never has more than the 25 connectors that a tunnel can have: $replicas', ({ replicas, ...rollingUpdate }) => {
    expect(deploymentFor(aTunnel('shop/home', { spec: { replicas } }), HASHES).spec).toMatchObject({
      strategy: { type: 'RollingUpdate', rollingUpdate },
    });
  });

  it.each([5, 0])('has as many connectors as the spec says: %i', (replicas) => {
    expect(deploymentFor(aTunnel('shop/home', { spec: { replicas } }), HASHES).spec).toMatchObject({ replicas });
  });

  it('contains the annotations and labels of the spec, which cannot override our own', () => {
    const podAnnotations = { note: 'a', 'cftunnel.io/config-hash': 'forged' };
    const podLabels = { team: 'web', 'app.kubernetes.io/name': 'forged', 'app.kubernetes.io/instance': 'forged' };

    expect(podTemplate({ podAnnotations, podLabels }).metadata).toEqual({
      annotations: { note: 'a', ...HASH_ANNOTATIONS },
      labels: { team: 'web', ...ownedLabels(HOME) },
    });
  });
});

describe('a pod', () => {
  it('has no token of a service account, is spread over nodes, and reads rules and credentials from files', () => {
    const { containers: _containers, ...spec } = podTemplate().spec;

    expect(spec).toStrictEqual({
      serviceAccountName: 'home-cloudflared',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 45,
      securityContext: { ...RESTRICTED, runAsUser: 65532, runAsGroup: 65532 },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: selectorLabels(HOME) },
        },
      ],
      volumes: [
        { name: 'config', configMap: { name: 'home-cloudflared' } },
        {
          name: 'credentials',
          secret: {
            secretName: 'home-cloudflared-credentials',
            items: [{ key: 'credentials.json', path: 'credentials.json' }],
          },
        },
      ],
    });
  });

  it.each([
    { gracePeriod: '1m30s', seconds: 105 },
    { gracePeriod: '0s', seconds: 15 },
    { gracePeriod: '500ms', seconds: 16 },
    { gracePeriod: 'unreadable', seconds: 45 },
  ])('has 15 s more than a grace period of $gracePeriod', ({ gracePeriod, seconds }) => {
    expect(podTemplate({ gracePeriod }).spec).toMatchObject({ terminationGracePeriodSeconds: seconds });
  });

  it('is placed as the spec says', () => {
    const placement = {
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'edge', operator: 'Exists' }],
      affinity: { nodeAffinity: {} },
      priorityClassName: 'high',
      imagePullSecrets: [{ name: 'registry' }],
      topologySpreadConstraints: [],
    };

    expect(podTemplate(placement).spec).toMatchObject(placement);
  });

  it.each<{ case: string; securityContext: NonNullable<CloudflaredSpec['securityContext']>; user: object }>([
    { case: 'left to the cluster by an empty security context', securityContext: {}, user: {} },
    { case: 'the one in the spec', securityContext: { runAsUser: 1, fsGroup: 2 }, user: { runAsUser: 1, fsGroup: 2 } },
  ])('has a user that is $case, and stays restricted', ({ securityContext, user }) => {
    expect(podTemplate({ securityContext }).spec.securityContext).toEqual({ ...RESTRICTED, ...user });
  });
});

describe('the container', () => {
  it('is live without the edge and ready with it, and has no privileges and no writable files', () => {
    expect(podTemplate().spec.containers).toEqual([
      {
        name: 'cloudflared',
        image: CONNECTOR_DEFAULTS.image,
        args: ['tunnel', '--config', '/etc/cloudflared/config/config.yaml', 'run'],
        env: expect.anything(),
        ports: [{ name: 'metrics', containerPort: 2000 }],
        resources: CONNECTOR_DEFAULTS.resources,
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        startupProbe: probe('/healthcheck', 2, 30),
        livenessProbe: probe('/healthcheck', 10, 3),
        readinessProbe: probe('/ready', 5, 2),
        volumeMounts: [
          { name: 'config', mountPath: '/etc/cloudflared/config', readOnly: true },
          { name: 'credentials', mountPath: '/etc/cloudflared/credentials', readOnly: true },
        ],
      },
    ]);
  });

  it('has the image and the resources of the spec', () => {
    const chosen = { image: 'mirror.example/cloudflared:1', resources: { limits: { memory: '128Mi' } } };

    expect(podTemplate(chosen).spec.containers[0]).toMatchObject(chosen);
  });

  // Invariant 14.
  it('is configured by its environment, which contains no secret', () => {
    expect(environment({ protocol: 'quic', logLevel: 'debug', gracePeriod: '1m', edgeIPVersion: '6' })).toEqual({
      NO_AUTOUPDATE: 'true',
      TUNNEL_METRICS: '0.0.0.0:2000',
      TUNNEL_TRANSPORT_PROTOCOL: 'quic',
      TUNNEL_EDGE_IP_VERSION: '6',
      TUNNEL_LOGLEVEL: 'debug',
      TUNNEL_GRACE_PERIOD: '1m',
      TUNNEL_RETRIES: '1',
      TUNNEL_MANAGEMENT_DIAGNOSTICS: 'false',
    });
  });

  it('lets the spec add and override environment variables', () => {
    const extraEnv = [
      { name: 'TUNNEL_RETRIES', value: '5' },
      { name: 'TEAM', value: 'edge' },
    ];
    const names = podTemplate({ extraEnv }).spec.containers[0].env.map(({ name }) => name);

    expect(environment({ extraEnv })).toMatchObject({ TUNNEL_RETRIES: '5', TEAM: 'edge' });
    expect(names).toEqual([...new Set(names)]);
  });
});

describe('a pod with a proxy', () => {
  const without = templateOf(deploymentFor(HOME, HASHES));
  const template = templateOf(deploymentFor(HOME, { ...HASHES, hasProxy: true }));

  it('starts it before cloudflared and ends it after, and is restricted', () => {
    expect(template.spec.initContainers).toEqual([
      {
        name: 'proxy',
        image: PROXY_DEFAULTS.image,
        restartPolicy: 'Always',
        args: '-c /etc/envoy/bootstrap.json --disable-hot-restart --concurrency 2 --log-level warn'.split(' '),
        ports: [{ name: 'proxy', containerPort: 2001 }],
        resources: PROXY_DEFAULTS.resources,
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        startupProbe: probe('/ready', 1, 60, 'proxy'),
        livenessProbe: probe('/ready', 10, 3, 'proxy'),
        readinessProbe: probe('/ready', 5, 2, 'proxy'),
        volumeMounts: [
          { name: 'proxy-config', mountPath: '/etc/envoy', readOnly: true },
          { name: 'proxy-certificate', mountPath: '/etc/proxy-certificate', readOnly: true },
          { name: 'sockets', mountPath: '/var/run/proxy' },
        ],
      },
    ]);
  });

  it('differs in nothing else from a pod without', () => {
    expect(template).toEqual({
      ...without,
      spec: {
        ...without.spec,
        initContainers: expect.anything(),
        volumes: [
          ...without.spec.volumes,
          { name: 'sockets', emptyDir: { sizeLimit: '1Mi' } },
          { name: 'proxy-config', configMap: { name: 'home-cloudflared-proxy' } },
          { name: 'proxy-certificate', secret: { secretName: 'home-cloudflared-proxy' } },
        ],
      },
    });
  });

  it('has the image and the resources of the spec', () => {
    const proxy = { image: 'mirror.example/envoy:1', resources: { limits: { memory: '1Gi' } } };
    const chosen = deploymentFor(aTunnel('shop/home', { spec: { proxy } }), { ...HASHES, hasProxy: true });

    expect(templateOf(chosen).spec.initContainers).toMatchObject([proxy]);
  });
});

interface PodTemplate {
  readonly metadata: object;
  readonly spec: {
    readonly initContainers?: readonly object[];
    readonly containers: readonly [
      {
        readonly env: readonly { readonly name: string; readonly value?: string }[];
        readonly volumeMounts: readonly object[];
      },
    ];
    readonly volumes: readonly object[];
    readonly securityContext: object;
  };
}

function probe(
  path: string,
  ...[periodSeconds, failureThreshold, port = 'metrics']: readonly [number, number, string?]
) {
  return { httpGet: { path, port }, periodSeconds, failureThreshold };
}

function podTemplate(cloudflared: CloudflaredSpec = {}): PodTemplate {
  return templateOf(deploymentFor(aTunnel('shop/home', { spec: { cloudflared } }), HASHES));
}

function templateOf({ spec }: { readonly spec: unknown }): PodTemplate {
  return (spec as { readonly template: PodTemplate }).template;
}

function environment(cloudflared: CloudflaredSpec): Record<string, string | undefined> {
  return Object.fromEntries(podTemplate(cloudflared).spec.containers[0].env.map(({ name, value }) => [name, value]));
}
