import { describe, expect, it } from '@jest/globals';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import { deploymentFor } from '../../../src/core/manifests/deployment.ts';
import { ownedLabels, ownedMetadata, selectorLabels } from '../../../src/core/owned.ts';
import { aTunnel } from '../../support/builders.ts';

type CloudflaredSpec = NonNullable<TunnelSpec['cloudflared']>;

const HASHES = { config: 'config-1', credentials: 'credentials-1' };

describe('the Deployment', () => {
  it('is owned by the Tunnel and has its name', () => {
    expect(deploymentFor(aTunnel('shop/home'), HASHES)).toMatchObject({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: ownedMetadata(aTunnel('shop/home'), 'home-cloudflared'),
    });
  });

  it.each([
    { case: 'two connectors by default', spec: {}, replicas: 2 },
    { case: 'as many as the spec says', spec: { replicas: 5 }, replicas: 5 },
    { case: 'none, if the spec says so', spec: { replicas: 0 }, replicas: 0 },
  ])('has $case', ({ spec, replicas }) => {
    expect(deploymentFor(aTunnel('shop/home', { spec }), HASHES).spec).toMatchObject({ replicas });
  });

  it('never removes a connector before its successor is connected', () => {
    expect(deploymentFor(aTunnel('shop/home'), HASHES).spec).toMatchObject({
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      minReadySeconds: 5,
    });
  });

  it('selects its pods by labels that never change', () => {
    expect(deploymentFor(aTunnel('shop/home'), HASHES).spec).toMatchObject({
      selector: { matchLabels: selectorLabels(aTunnel('shop/home')) },
    });
  });

  // Invariant 12.
  it('is the same for the same Tunnel', () => {
    expect(JSON.stringify(deploymentFor(aTunnel('shop/home'), HASHES))).toBe(
      JSON.stringify(deploymentFor(aTunnel('shop/home'), HASHES)),
    );
  });
});

describe('the metadata of a pod', () => {
  // Invariant 12.
  it('contains the hashes, so that a change of rules or credentials rolls the connectors', () => {
    expect(podTemplate().metadata.annotations).toEqual({
      'cftunnel.io/config-hash': 'config-1',
      'cftunnel.io/credentials-hash': 'credentials-1',
    });
  });

  it('contains the annotations of the spec, which cannot override the hashes', () => {
    const podAnnotations = { note: 'a', 'cftunnel.io/config-hash': 'forged' };

    expect(podTemplate({ podAnnotations }).metadata.annotations).toMatchObject({
      note: 'a',
      'cftunnel.io/config-hash': 'config-1',
    });
  });

  it('contains the labels of the spec, which cannot override our own', () => {
    const podLabels = { team: 'web', 'app.kubernetes.io/name': 'forged', 'app.kubernetes.io/instance': 'forged' };

    expect(podTemplate({ podLabels }).metadata.labels).toEqual({ team: 'web', ...ownedLabels(aTunnel('shop/home')) });
  });
});

describe('a pod', () => {
  it('is accepted by the restricted Pod Security Standard, with a read-only root', () => {
    const { spec } = podTemplate();

    expect(spec).toMatchObject({ securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } });
    expect(spec.containers).toHaveLength(1);
    expect(spec.containers[0]).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    });
    expect(JSON.stringify(spec)).not.toMatch(/hostPath|hostNetwork|hostPID|hostIPC|hostPort|"privileged"/);
  });

  it('has no token of a service account', () => {
    expect(podTemplate().spec).toMatchObject({
      serviceAccountName: 'home-cloudflared',
      automountServiceAccountToken: false,
    });
  });

  it.each([
    { gracePeriod: undefined, seconds: 45 },
    { gracePeriod: '1m30s', seconds: 105 },
    { gracePeriod: '0s', seconds: 15 },
    { gracePeriod: '500ms', seconds: 16 },
    { gracePeriod: 'unreadable', seconds: 45 },
  ])('has 15 s more than a grace period of $gracePeriod', ({ gracePeriod, seconds }) => {
    const { spec } = podTemplate(gracePeriod === undefined ? {} : { gracePeriod });

    expect(spec).toMatchObject({ terminationGracePeriodSeconds: seconds });
  });

  it('is spread over nodes, unless the spec says otherwise', () => {
    expect(podTemplate().spec).toMatchObject({
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: selectorLabels(aTunnel('shop/home')) },
        },
      ],
    });
    expect(podTemplate({ topologySpreadConstraints: [] }).spec).toMatchObject({ topologySpreadConstraints: [] });
  });

  it('is placed as the spec says', () => {
    const placement = {
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'edge', operator: 'Exists' }],
      affinity: { nodeAffinity: {} },
      priorityClassName: 'high',
      imagePullSecrets: [{ name: 'registry' }],
    };

    expect(podTemplate(placement).spec).toMatchObject(placement);
  });

  it('omits placement fields that the spec does not set', () => {
    const { spec } = podTemplate();

    for (const field of ['nodeSelector', 'tolerations', 'affinity', 'priorityClassName', 'imagePullSecrets'])
      expect(spec).not.toHaveProperty(field);
  });

  it('reads rules and credentials from files that it cannot write', () => {
    const { spec } = podTemplate();

    expect(spec).toMatchObject({
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
    expect(spec.containers[0]).toMatchObject({
      volumeMounts: [
        { name: 'config', mountPath: '/etc/cloudflared/config', readOnly: true },
        { name: 'credentials', mountPath: '/etc/cloudflared/credentials', readOnly: true },
      ],
    });
  });
});

describe('the user of a pod', () => {
  it("is the image's by default", () => {
    expect(podTemplate().spec.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  it('is left to the cluster by an empty security context, which stays restricted', () => {
    expect(podTemplate({ securityContext: {} }).spec.securityContext).toEqual({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  it('is the one in the spec', () => {
    expect(podTemplate({ securityContext: { runAsUser: 1000, fsGroup: 2000 } }).spec.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 1000,
      fsGroup: 2000,
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });
});

describe('the container', () => {
  it('runs the image of the spec, with a pinned release', () => {
    expect(container().image).toMatch(/:\d{4}\.\d+\.\d+$/);
    expect(container({ image: 'mirror.example/cloudflared:1' }).image).toBe('mirror.example/cloudflared:1');
  });

  it('keeps the entry point of the image, and puts flags before the command', () => {
    expect(container()).not.toHaveProperty('command');
    expect(container().args).toEqual(['tunnel', '--config', '/etc/cloudflared/config/config.yaml', 'run']);
  });

  // Invariant 14.
  it('has no secret in its arguments or its environment', () => {
    const { args, env } = container();

    expect(JSON.stringify({ args, env })).not.toMatch(/token|cred_contents|secretKeyRef|--credentials/i);
  });

  it('is configured by its environment', () => {
    expect(environment({ protocol: 'quic', logLevel: 'debug', gracePeriod: '1m' })).toMatchObject({
      NO_AUTOUPDATE: 'true',
      TUNNEL_METRICS: '0.0.0.0:2000',
      TUNNEL_TRANSPORT_PROTOCOL: 'quic',
      TUNNEL_EDGE_IP_VERSION: 'auto',
      TUNNEL_LOGLEVEL: 'debug',
      TUNNEL_GRACE_PERIOD: '1m',
      TUNNEL_RETRIES: '1',
      TUNNEL_MANAGEMENT_DIAGNOSTICS: 'false',
    });
  });

  it('connects to the edge in the address family of the spec', () => {
    expect(environment({ edgeIPVersion: '6' })).toMatchObject({ TUNNEL_EDGE_IP_VERSION: '6' });
  });

  it('lets the spec add and override environment variables', () => {
    const extraEnv = [
      { name: 'TUNNEL_RETRIES', value: '5' },
      { name: 'TUNNEL_EDGE_IP_VERSION', value: '6' },
    ];

    const names = container({ extraEnv }).env.map(({ name }) => name);

    expect(environment({ extraEnv })).toMatchObject({ TUNNEL_RETRIES: '5', TUNNEL_EDGE_IP_VERSION: '6' });
    expect(names).toEqual([...new Set(names)]);
  });

  it('is probed for liveness at /healthcheck, which ignores the edge, and for readiness at /ready, which does not', () => {
    expect(container()).toMatchObject({
      ports: [{ name: 'metrics', containerPort: 2000 }],
      startupProbe: { httpGet: { path: '/healthcheck', port: 'metrics' } },
      livenessProbe: { httpGet: { path: '/healthcheck', port: 'metrics' } },
      readinessProbe: { httpGet: { path: '/ready', port: 'metrics' } },
    });
  });

  it('has the resources of the spec', () => {
    const resources = { requests: { cpu: '50m' }, limits: { memory: '128Mi' } };

    expect(container({ resources })).toMatchObject({ resources });
  });
});

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

interface PodTemplate {
  readonly metadata: { readonly labels: object; readonly annotations: object };
  readonly spec: { readonly containers: readonly [Container]; readonly securityContext: object };
}

function podTemplate(cloudflared: CloudflaredSpec = {}): PodTemplate {
  const { spec } = deploymentFor(aTunnel('shop/home', { spec: { cloudflared } }), HASHES);
  return (spec as { readonly template: PodTemplate }).template;
}

function container(cloudflared: CloudflaredSpec = {}): Container {
  return podTemplate(cloudflared).spec.containers[0];
}

function environment(cloudflared: CloudflaredSpec): Record<string, string | undefined> {
  return Object.fromEntries(container(cloudflared).env.map(({ name, value }) => [name, value]));
}
