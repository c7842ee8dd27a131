/** The cluster that the suite is run against: the operator, the Gateway API, and a GatewayClass with credentials. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
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
    await world.addNamespace(HOME);
    await world.kube.create(gatewayClass());
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

function gatewayClass(): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: GATEWAY_CLASS },
    spec: {
      controllerName: 'cftunnel.io/gateway',
      parametersRef: { group: '', kind: 'Secret', name: 'cloudflare', namespace: HOME },
    },
  };
}
