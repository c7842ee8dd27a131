/** The cluster that the suite is run against: the operator, the Gateway API, and a GatewayClass with credentials. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { isRealApi } from 'cftunnel-sandbox/testing/is-real-api';
import type { KubeObject } from '../support/kube-client.ts';
import { type World, startWorld } from '../support/world.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';
import { corednsImage, echoImage } from './images.ts';
import type { Programs } from './programs.ts';

export const GATEWAY_CLASS = 'cftunnel';

const HOME = 'cftunnel-conformance';

export async function startConformanceWorld({ echo, definitions }: Programs): Promise<World> {
  const images = () => [echoImage(echo), corednsImage(echo)];
  const world = await startWorld({ cluster: () => startClusterWithNode({ images }) });
  try {
    for (const definition of definitionsIn(definitions)) await world.kube.apply(definition);
    await eventually(() => world.kube.list('HTTPRoute'));
    for (const namespace of [HOME, GATEWAYS]) await world.addNamespace(namespace);
    for (const object of [TEMPLATE, CLASS]) await world.kube.create(object);
    await eventually(() => acceptedClass(world));
    return world;
  } catch (error) {
    await world.stop();
    throw error;
  }
}

function definitionsIn(folder: string): readonly KubeObject[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
    .flatMap((file) => loadAll(readFileSync(join(folder, file), 'utf8')) as readonly KubeObject[])
    .filter(({ kind }) => kind === 'CustomResourceDefinition');
}

async function acceptedClass({ kube }: World): Promise<void> {
  const { status } = await kube.get('GatewayClass', GATEWAY_CLASS);
  if (status?.conditions?.find(({ type }) => type === 'Accepted')?.status !== 'True')
    throw new Error(`the GatewayClass is not accepted: ${JSON.stringify(status)}`);
}

/** The namespace of the Gateways in the suite. A Tunnel reads its credentials in its own namespace. */
const GATEWAYS = 'gateway-conformance-infra';

/**
 * With real controllers a rollout takes its time, and may take more than the 30 seconds that the suite gives a route. So
 * changes reach the connectors there without one.
 */
const PACE = isRealApi ? { configMode: 'Remote', proxy: { mode: 'Always' } } : {};

/** What the Tunnels of the Gateways are like. Its own tunnel is never made. Names of the suite are in no zone. */
const TEMPLATE: KubeObject = {
  apiVersion: 'cftunnel.io/v1alpha1',
  kind: 'Tunnel',
  metadata: { name: 'template', namespace: HOME },
  spec: { credentialsRef: { name: 'cloudflare' }, dns: { mode: 'Disabled' }, replicas: 1, suspend: true, ...PACE },
};

const CLASS: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GatewayClass',
  metadata: { name: GATEWAY_CLASS },
  spec: {
    controllerName: 'cftunnel.io/gateway',
    parametersRef: { group: 'cftunnel.io', kind: 'Tunnel', name: TEMPLATE.metadata.name, namespace: HOME },
  },
};
