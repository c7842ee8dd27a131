/** What users do in a world. */
import type { KubeObject } from './kube-client.ts';
import { service, tunnel } from './world-objects.ts';
import type { World } from './world.ts';

type WithKube = Pick<World, 'kube'>;

/** Creates a namespace with a Tunnel `home` and a Service `web` that requests `<namespace>.example.com`. */
export async function addHome(
  { kube, addNamespace }: Pick<World, 'kube' | 'addNamespace'>,
  name: string,
  spec: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await addNamespace(name);
  await kube.create(tunnel(`${name}/home`, { replicas: 1, ...spec }));
  await kube.create(service(`${name}/web`, { tunnel: 'home', hostname: `${name}.example.com` }));
}

/** Makes a Service request a hostname. */
export function request({ kube }: WithKube, key: string, tunnelName: string, hostname: string): Promise<KubeObject> {
  return kube.annotate('Service', key, { 'cftunnel.io/tunnel': tunnelName, 'cftunnel.io/hostname': hostname });
}

export function rename({ kube }: WithKube, key: string, hostname: string): Promise<KubeObject> {
  return kube.annotate('Service', key, { 'cftunnel.io/hostname': hostname });
}

/** Removes the annotations that request a hostname. */
export function withdraw({ kube }: WithKube, key: string): Promise<KubeObject> {
  return kube.annotate('Service', key, { 'cftunnel.io/tunnel': null, 'cftunnel.io/hostname': null });
}
