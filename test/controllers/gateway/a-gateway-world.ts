/** A cluster with one Gateway in memory. */
import type { Gateway, GatewayClass, ListenerSet } from '../../../src/api/gateway-objects.ts';
import type { KubeObject, Secret, Tunnel } from '../../../src/api/objects.ts';
import type { GatewayContext } from '../../../src/controllers/gateway/context.ts';
import { reconcileGatewayClass } from '../../../src/controllers/gateway/reconcile-class.ts';
import { reconcileGateway } from '../../../src/controllers/gateway/reconcile.ts';
import { tunnelManifest } from '../../../src/core/gateway/tunnel-manifest.ts';
import { keyOf } from '../../../src/core/keys.ts';
import { EPOCH } from '../../support/builders.ts';
import { aGateway, aGatewayClass, aGatewayCluster } from '../../support/gateways.ts';

export const PASS = { signal: new AbortController().signal, failures: 0, isRetry: false };
export const WITH_SECRET = aGatewayClass('cftunnel', {
  parametersRef: { group: '', kind: 'Secret', name: 'cloudflare', namespace: 'infra' },
});
/** Where the Tunnels that are applied are reached. */
export const TARGET = 'id-1.cfargotunnel.com';
const SPEC = { credentialsRef: { name: 'cloudflare' } };

export interface Setting {
  readonly gateway?: Gateway;
  readonly gatewayClass?: GatewayClass;
  readonly tunnels?: readonly Tunnel[];
  readonly sets?: readonly ListenerSet[];
  readonly secrets?: readonly Secret[];
  readonly release?: string;
  readonly watchNamespace?: string;
  readonly hasDefinition?: boolean;
}

/** A cluster with one Gateway; it logs what is written. */
export function aWorld({
  gateway = aGateway('shop/edge'),
  gatewayClass = WITH_SECRET,
  tunnels = [],
  sets = [],
  secrets = [],
  release,
  watchNamespace,
  hasDefinition = true,
}: Setting) {
  const log: string[] = [];
  const statuses: unknown[] = [];
  const definition: KubeObject = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: 'gatewayclasses.gateway.networking.k8s.io',
      ...(release === undefined ? {} : { annotations: { 'gateway.networking.k8s.io/bundle-version': release } }),
    },
  };
  const objects = {
    get: async (kind: string, key: string): Promise<undefined> => {
      if (kind === 'secrets') return secrets.find((secret) => keyOf(secret) === key) as undefined;
      const isThere = kind === 'customresourcedefinitions' && key === keyOf(definition) && hasDefinition;
      return (isThere ? definition : undefined) as undefined;
    },
    apply: async (manifest: KubeObject) => {
      log.push(`apply ${manifest.kind} ${keyOf(manifest)}`);
      return { ...manifest, status: { target: TARGET } };
    },
    applyStatus: async (object: KubeObject, status: unknown) => {
      log.push(`status ${object.kind}`);
      statuses.push(status);
    },
    delete: async (object: KubeObject, propagation: string) =>
      void log.push(`delete ${object.kind} ${keyOf(object)} in the ${propagation}`),
  };
  const ctx: GatewayContext = {
    gateways: { get: (key) => (keyOf(gateway) === key ? gateway : undefined) },
    classes: { get: (name) => (gatewayClass.metadata.name === name ? gatewayClass : undefined) },
    tunnels: { get: (key) => tunnels.find((tunnel) => keyOf(tunnel) === key) },
    related: aGatewayCluster(gatewayClass, gateway, ...sets),
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
    pass: (key = 'shop/edge') => reconcileGateway(ctx, key, PASS),
    classPass: (name = 'cftunnel') => reconcileGatewayClass({ ...ctx, objects, watchNamespace }, name, PASS),
  };
}

/** The Tunnel that is made for a Gateway. */
export function owned(spec: Partial<Tunnel['spec']> = {}): Tunnel {
  return tunnelManifest(aGateway('shop/edge'), { ...SPEC, ...spec });
}
