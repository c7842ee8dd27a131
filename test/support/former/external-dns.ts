/** external-dns with `--policy=sync`, and records that lead to a tunnel. */
import { namespace } from '../world-objects.ts';
import type { World } from '../world.ts';
import { type StandIn, startStandIn } from './controller.ts';
import { deployment } from './deployments.ts';
import { type RemoteTunnel, addRecordTo, addText } from './world.ts';

export const CONTROLLER = 'external-dns/external-dns';
export const PREFIX = 'external-dns.alpha.kubernetes.io/';

export function annotationsFor(hostname: string, { id }: RemoteTunnel): Readonly<Record<string, string>> {
  return { [`${PREFIX}hostname`]: hostname, [`${PREFIX}target`]: `${id}.cfargotunnel.com` };
}

export async function installExternalDns({ kube }: World): Promise<void> {
  await kube.create(namespace('external-dns'));
  const args = ['--source=service', '--provider=cloudflare', '--policy=sync', '--registry=txt', '--txt-owner-id=test'];
  const container = { name: 'external-dns', image: 'registry.example/external-dns/external-dns:v0.19.0', args };
  await kube.create(deployment(CONTROLLER, { containers: [container] }));
}

/** Makes the records of a Service, and deletes what it owns as soon as the Service no longer asks for it. */
export function startExternalDns(
  world: World,
  { tunnel, service, hostname }: { readonly tunnel: RemoteTunnel; readonly service: string; readonly hostname: string },
): StandIn {
  const { admin } = world.cloudflare;
  addRecordTo(world, tunnel, hostname);
  const resource = `heritage=external-dns,external-dns/owner=test,external-dns/resource=service/${service}`;
  addText(world, `cname-${hostname}`, `"${resource}"`);
  return startStandIn(world, CONTROLLER, async () => {
    // Like external-dns, it reads the records before it reads what is wanted.
    const records = admin.records('example.com');
    const found = await world.kube.get('Service', service);
    const isWanted = found.metadata.annotations?.[`${PREFIX}hostname`] === hostname;
    const isOwned = records.some(({ type, content }) => type === 'TXT' && content.includes(resource));
    const record = records.find(({ name, type }) => name === hostname && type === 'CNAME');
    if (isOwned && !isWanted && record !== undefined) admin.deleteRecord('example.com', record.id);
  });
}
