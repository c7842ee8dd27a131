/** The Gateway API for tests: the definitions of its kinds from `npm run programs`, which others install in a cluster. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe } from '@jest/globals';
import { loadAll } from 'js-yaml';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import type { KubeObject } from './kube-client.ts';
import type { World } from './world.ts';

const GROUP = 'gateway.networking.k8s.io';

const FOLDER = resolve('node_modules/.programs/gateway-api');

const isInstalled = existsSync(FOLDER);

/** Ends the name of a test that needs them. */
export const NEEDS_GATEWAY_API = isInstalled ? '' : ' (left out: needs gateway-api, see npm run programs)';

export const describeWithGatewayApi = isInstalled ? describe : describe.skip;

/** The kinds that the operator watches. */
export const GATEWAY_API_KINDS = [
  'gatewayclasses',
  'gateways',
  'listenersets',
  'backendtlspolicies',
  'httproutes',
  'grpcroutes',
  'referencegrants',
] as const;

/** The definitions of some kinds; none where they have not been downloaded. */
export function gatewayApiDefinitions(plurals: readonly string[] = GATEWAY_API_KINDS): readonly KubeObject[] {
  if (!isInstalled) return [];
  return readdirSync(FOLDER)
    .filter((file) => plurals.some((plural) => file.endsWith(`_${plural}.yaml`)))
    .flatMap((file) => loadAll(readFileSync(join(FOLDER, file), 'utf8')) as readonly KubeObject[])
    .filter(({ kind }) => kind === 'CustomResourceDefinition');
}

/** Installs kinds of the Gateway API, as a cluster administrator does. */
export async function installGatewayApi({ kube }: Pick<World, 'kube'>): Promise<void> {
  for (const definition of gatewayApiDefinitions()) await kube.apply(definition);
  await eventually(() => kube.list('HTTPRoute'));
}

export function gatewayClass(name: string, parametersRef?: object, controllerName = 'cftunnel.io/gateway'): KubeObject {
  const spec = { controllerName, ...(parametersRef === undefined ? {} : { parametersRef }) };
  return { apiVersion: `${GROUP}/v1`, kind: 'GatewayClass', metadata: { name }, spec };
}

/** A Gateway of the class `cftunnel`, by default with one listener for HTTP that admits routes of every namespace. */
export function gateway(
  key: string,
  spec: Readonly<Record<string, unknown>> = {},
  listeners: readonly object[] = [HTTP_LISTENER],
): KubeObject {
  return {
    apiVersion: `${GROUP}/v1`,
    kind: 'Gateway',
    metadata: metaOf(key),
    spec: { gatewayClassName: 'cftunnel', listeners, ...spec },
  };
}

export const HTTP_LISTENER = {
  name: 'http',
  port: 80,
  protocol: 'HTTP',
  allowedRoutes: { namespaces: { from: 'All' } },
};

export interface RouteTraits {
  /** `name`, or `namespace/name`. */
  readonly gateway?: string;
  readonly hostnames?: readonly string[];
  readonly rules?: readonly object[];
}

export function httpRoute(key: string, { gateway: parent = 'edge', ...spec }: RouteTraits = {}): KubeObject {
  const [name, namespace] = parent.split('/').toReversed();
  const parentRefs = [{ name, ...(namespace === undefined ? {} : { namespace }) }];
  return { apiVersion: `${GROUP}/v1`, kind: 'HTTPRoute', metadata: metaOf(key), spec: { parentRefs, ...spec } };
}

/** A rule that leads to a Service, or to several by weight. */
export function ruleTo(services: Readonly<Record<string, number>>, more: object = {}): object {
  const backendRefs = Object.entries(services).map(([to, weight]) => {
    const [name, namespace] = to.split('/').toReversed();
    return { name, port: 80, weight, ...(namespace === undefined ? {} : { namespace }) };
  });
  return { ...more, backendRefs };
}

export function referenceGrant(key: string, from: string): KubeObject {
  const spec = { from: [{ group: GROUP, kind: 'HTTPRoute', namespace: from }], to: [{ group: '', kind: 'Service' }] };
  return { apiVersion: `${GROUP}/v1beta1`, kind: 'ReferenceGrant', metadata: metaOf(key), spec };
}

function metaOf(key: string) {
  const [name = '', namespace = 'default'] = key.split('/').toReversed();
  return { name, namespace };
}
