/** HTTPRoutes at one Gateway, each with a Service and pods of its own. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { loadAll } from 'js-yaml';
import type { KubeObject } from 'cftunnel-sandbox/kubernetes/api';
import type { Exposure } from '../hostnames.ts';
import { NAMESPACE, endpointSlice } from '../manifests.ts';
import { DEFINITIONS, GATEWAYS, GATEWAY_CLASSES, HTTP_ROUTES, SERVICES, SLICES } from './kinds.ts';
import { placeIn } from './service.ts';
import { type Placed, type Source, urlOf } from './source.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../node_modules/.programs/gateway-api');
const API_VERSION = 'gateway.networking.k8s.io/v1';

export const httpRoute: Source = {
  nouns: ['HTTPRoute', 'HTTPRoutes'],
  kind: HTTP_ROUTES,
  missing: () => (existsSync(FOLDER) ? undefined : 'gateway-api'),
  shared: () => [...definitions(), [GATEWAY_CLASSES, gatewayClass()], [GATEWAYS, gateway()]],
  objectFor: routeOf,
  beside: (exposure, index) => [
    [SERVICES, backend(exposure)],
    [SLICES, endpointSlice(exposure, index)],
  ],
  placeIn: ({ status }) => placeIn((status as RouteStatus | undefined)?.parents?.[0]),
  placeOf: urlOf,
};

interface RouteStatus {
  readonly parents?: readonly Parameters<typeof placeIn>[0][];
}

/** As a cluster administrator installs them. */
function definitions(): readonly Placed[] {
  return readdirSync(FOLDER)
    .flatMap((file) => loadAll(readFileSync(path.join(FOLDER, file), 'utf8')) as readonly KubeObject[])
    .filter(({ kind }) => kind === 'CustomResourceDefinition')
    .map((definition) => [DEFINITIONS, definition]);
}

function gatewayClass(): KubeObject {
  const spec = { controllerName: 'cftunnel.io/gateway' };
  return { apiVersion: API_VERSION, kind: 'GatewayClass', metadata: { name: 'cftunnel' }, spec };
}

/** Names the one Tunnel of the case. */
function gateway(): KubeObject {
  const spec = {
    gatewayClassName: 'cftunnel',
    infrastructure: { parametersRef: { group: 'cftunnel.io', kind: 'Tunnel', name: 'edge-0' } },
    listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
  };
  return { apiVersion: API_VERSION, kind: 'Gateway', metadata: { name: 'edge', namespace: NAMESPACE }, spec };
}

function routeOf({ service, hostname }: Exposure): KubeObject {
  const rules = [{ backendRefs: [{ name: service, port: 80 }] }];
  return {
    apiVersion: API_VERSION,
    kind: 'HTTPRoute',
    metadata: { name: service, namespace: NAMESPACE },
    spec: { parentRefs: [{ name: 'edge' }], hostnames: [hostname], rules },
  };
}

function backend({ service }: Exposure): KubeObject {
  const metadata = { name: service, namespace: NAMESPACE };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }] } };
}
