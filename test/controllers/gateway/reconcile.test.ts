import { describe, expect, it } from '@jest/globals';
import type { Gateway, GatewayClass } from '../../../src/api/gateway-objects.ts';
import type { KubeObject, Secret, Tunnel } from '../../../src/api/objects.ts';
import type { GatewayContext } from '../../../src/controllers/gateway/context.ts';
import { reconcileGatewayClass } from '../../../src/controllers/gateway/reconcile-class.ts';
import { reconcileGateway } from '../../../src/controllers/gateway/reconcile.ts';
import { tunnelManifest } from '../../../src/core/gateway/tunnel-manifest.ts';
import { keyOf } from '../../../src/core/keys.ts';
import { EPOCH, aSecret, aTunnel } from '../../support/builders.ts';
import { aGateway, aGatewayClass, aGatewayCluster, aTlsListener } from '../../support/gateways.ts';

const PASS = { signal: new AbortController().signal, failures: 0, isRetry: false };
const WITH_SECRET = aGatewayClass('cftunnel', {
  parametersRef: { group: '', kind: 'Secret', name: 'cloudflare', namespace: 'infra' },
});
const SPEC = { credentialsRef: { name: 'cloudflare' } };

interface Setting {
  readonly gateway?: Gateway;
  readonly gatewayClass?: GatewayClass;
  readonly tunnels?: readonly Tunnel[];
  readonly secrets?: readonly Secret[];
  readonly release?: string;
  readonly watchNamespace?: string;
}

/** A cluster with one Gateway; it logs what is written. */
function aWorld({
  gateway = aGateway('shop/edge'),
  gatewayClass = WITH_SECRET,
  tunnels = [],
  secrets = [],
  release,
  watchNamespace,
}: Setting) {
  const log: string[] = [];
  const statuses: unknown[] = [];
  const definition: KubeObject = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: 'gatewayclasses',
      ...(release === undefined ? {} : { annotations: { 'gateway.networking.k8s.io/bundle-version': release } }),
    },
  };
  const objects = {
    get: async (kind: string, key: string): Promise<undefined> =>
      (kind === 'secrets' ? secrets.find((secret) => keyOf(secret) === key) : definition) as undefined,
    apply: async (manifest: KubeObject) => {
      log.push(`apply ${manifest.kind} ${keyOf(manifest)}`);
      return manifest;
    },
    applyStatus: async (object: KubeObject, status: unknown) => {
      log.push(`status ${object.kind}`);
      statuses.push(status);
    },
    delete: async (object: KubeObject) => void log.push(`delete ${object.kind} ${keyOf(object)}`),
  };
  const ctx: GatewayContext = {
    gateways: { get: (key) => (keyOf(gateway) === key ? gateway : undefined) },
    classes: { get: (name) => (gatewayClass.metadata.name === name ? gatewayClass : undefined) },
    tunnels: { get: (key) => tunnels.find((tunnel) => keyOf(tunnel) === key) },
    related: aGatewayCluster(gatewayClass, gateway),
    objects,
    tunnelApplied: (before, after) =>
      void log.push(`told of ${keyOf(after)}, ${before === undefined ? 'new' : 'known'}`),
    attachedTo: () => new Map([['http', 2]]),
    isCertificate: (pem) => pem === 'good',
    driftIntervalMs: 600_000,
    now: () => EPOCH,
  };
  return {
    log,
    statuses,
    pass: () => reconcileGateway(ctx, 'shop/edge', PASS),
    classPass: () => reconcileGatewayClass({ ...ctx, objects, watchNamespace }, 'cftunnel', PASS),
  };
}

const owned = (spec: Partial<Tunnel['spec']> = {}): Tunnel =>
  tunnelManifest(aGateway('shop/edge'), { ...SPEC, ...spec });

describe('a Gateway', () => {
  it.each<{
    readonly case: string;
    readonly setting: Setting;
    readonly log: readonly string[];
    readonly accepted?: string;
  }>([
    {
      case: 'that names no Tunnel gets one',
      setting: {},
      log: ['apply Tunnel shop/edge', 'told of shop/edge, new', 'status Gateway'],
      accepted: 'Accepted',
    },
    {
      case: 'keeps the Tunnel that was made for it',
      setting: { tunnels: [owned({ replicas: 3 })] },
      log: ['status Gateway'],
      accepted: 'Accepted',
    },
    {
      case: 'restores what its class says',
      setting: { tunnels: [owned({ credentialsRef: { name: 'other' } })] },
      log: ['apply Tunnel shop/edge', 'told of shop/edge, known', 'status Gateway'],
      accepted: 'Accepted',
    },
    {
      case: 'uses a Tunnel of its name that somebody else made, as it is',
      setting: { tunnels: [aTunnel('shop/edge')] },
      log: ['status Gateway'],
      accepted: 'Accepted',
    },
    {
      case: 'uses the Tunnel that it names',
      setting: { gateway: naming('home'), tunnels: [aTunnel('shop/home')] },
      log: ['status Gateway'],
      accepted: 'Accepted',
    },
    {
      case: 'lets go of its own Tunnel when it names another',
      setting: { gateway: naming('home'), tunnels: [aTunnel('shop/home'), owned()] },
      log: ['delete Tunnel shop/edge', 'status Gateway'],
      accepted: 'Accepted',
    },
    {
      case: 'does not get a Tunnel that it names',
      setting: { gateway: naming('home') },
      log: ['status Gateway'],
      accepted: 'InvalidParameters',
    },
    {
      case: 'of a class without parameters gets none',
      setting: { gatewayClass: aGatewayClass() },
      log: ['status Gateway'],
      accepted: 'InvalidParameters',
    },
    {
      case: 'keeps its Tunnel when its class loses its parameters',
      setting: { gatewayClass: aGatewayClass(), tunnels: [owned()] },
      log: ['status Gateway'],
      accepted: 'Accepted',
    },
    {
      case: 'of another controller is left alone',
      setting: { gatewayClass: aGatewayClass('cftunnel', { controllerName: 'x.io/y' }) },
      log: [],
    },
    {
      case: 'of another controller loses its Tunnel',
      setting: { gatewayClass: aGatewayClass('cftunnel', { controllerName: 'x.io/y' }), tunnels: [owned()] },
      log: ['delete Tunnel shop/edge'],
    },
    {
      case: 'whose class is gone keeps everything',
      setting: {
        gatewayClass: aGatewayClass('other'),
        gateway: aGateway('shop/edge', { gatewayClassName: 'gone' }),
        tunnels: [owned()],
      },
      log: [],
    },
    {
      case: 'that is being deleted is left to the garbage collector',
      setting: { gateway: aGateway('shop/edge', { deleting: true }), tunnels: [owned()] },
      log: [],
    },
  ])('$case', async ({ setting, log, accepted }) => {
    const world = aWorld(setting);
    await world.pass();

    expect(world.log).toEqual(log);
    expect(world.statuses).toMatchObject(accepted === undefined ? [] : [{ conditions: [{ reason: accepted }, {}] }]);
  });

  // Invariant 3.
  it('is not written to when its status says it all', async () => {
    const first = aWorld({ tunnels: [owned()] });
    await first.pass();
    const status = first.statuses[0] as NonNullable<Gateway['status']>;
    const second = aWorld({ gateway: aGateway('shop/edge', { status }), tunnels: [owned()] });
    await second.pass();

    expect(second.log).toEqual([]);
    expect(status.listeners).toMatchObject([{ name: 'http', attachedRoutes: 2 }]);
  });

  it.each([
    {
      secrets: [aSecret('shop/tls', { 'tls.crt': 'good', 'tls.key': '-----BEGIN PRIVATE KEY-----' })],
      reason: 'ResolvedRefs',
    },
    { secrets: [], reason: 'InvalidCertificateRef' },
  ])('reads the certificates that it names again and again, and reports $reason', async ({ secrets, reason }) => {
    const listeners = [aTlsListener('https', { tls: { certificateRefs: [{ name: 'tls' }] } })];
    const world = aWorld({ gateway: aGateway('shop/edge', { listeners }), tunnels: [owned()], secrets });

    expect(await world.pass()).toEqual({ recheckAfterMs: 600_000 });
    expect(world.statuses).toMatchObject([
      {
        listeners: [
          { conditions: expect.arrayContaining([expect.objectContaining({ type: 'ResolvedRefs', reason })]) },
        ],
      },
    ]);
  });
});

describe('a GatewayClass', () => {
  it.each([
    {
      case: 'without parameters',
      gatewayClass: aGatewayClass(),
      release: 'v1.6.1',
      reasons: ['Accepted', 'SupportedVersion'],
    },
    {
      case: 'with a Secret',
      gatewayClass: WITH_SECRET,
      release: undefined,
      reasons: ['Accepted', 'UnsupportedVersion'],
    },
    {
      case: 'with a template that is missing',
      gatewayClass: aGatewayClass('cftunnel', {
        parametersRef: { group: 'cftunnel.io', kind: 'Tunnel', name: 't', namespace: 'x' },
      }),
      release: 'v1.6.1',
      reasons: ['InvalidParameters', 'SupportedVersion'],
    },
  ])('$case is told $reasons', async ({ gatewayClass, release, reasons }) => {
    const world = aWorld({ gatewayClass, ...(release === undefined ? {} : { release }) });
    await world.classPass();

    const { conditions } = world.statuses[0] as { readonly conditions: readonly { readonly reason: string }[] };
    expect(conditions.map(({ reason }) => reason)).toEqual(reasons);
  });

  describe('of an operator of one namespace', () => {
    const template = { group: 'cftunnel.io', kind: 'Tunnel', name: 'home' };
    const OWN = aGatewayClass('cftunnel', { parametersRef: { ...template, namespace: 'shop' } });
    const OTHER = aGatewayClass('cftunnel', { parametersRef: { ...template, namespace: 'infra' } });
    const ACCEPTED = { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'by another release' } as const;
    const told = (observedGeneration: number): GatewayClass => ({
      ...OWN,
      status: { conditions: [{ ...ACCEPTED, observedGeneration, lastTransitionTime: EPOCH }] },
    });

    it.each([
      { case: 'is described', gatewayClass: WITH_SECRET, log: ['status GatewayClass'] },
      { case: 'with a template there is described', gatewayClass: OWN, log: ['status GatewayClass'] },
      { case: 'with a template elsewhere is left to the operator there', gatewayClass: OTHER, log: [] },
      { case: 'is left as another release has described it', gatewayClass: told(1), log: [] },
      { case: 'is described again when it has changed', gatewayClass: told(0), log: ['status GatewayClass'] },
    ])('$case', async ({ gatewayClass, log }) => {
      const world = aWorld({ gatewayClass, tunnels: [aTunnel('shop/home')], watchNamespace: 'shop' });
      await world.classPass();

      expect(world.log).toEqual(log);
    });

    it('is not accepted without its template, whoever has accepted it', async () => {
      const world = aWorld({ gatewayClass: told(1), watchNamespace: 'shop' });
      await world.classPass();

      expect(world.statuses).toMatchObject([{ conditions: [{ reason: 'InvalidParameters' }, {}] }]);
    });
  });

  it('of another controller is left alone', async () => {
    const world = aWorld({ gatewayClass: aGatewayClass('cftunnel', { controllerName: 'x.io/y' }) });

    expect(await world.classPass()).toEqual({});
    expect(world.log).toEqual([]);
  });
});

function naming(name: string): Gateway {
  return aGateway('shop/edge', { infrastructure: { parametersRef: { group: 'cftunnel.io', kind: 'Tunnel', name } } });
}
