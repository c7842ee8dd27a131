/** What any tool leaves that runs a tunnel: the tunnel, its records, its connectors and the Services behind it. */
import { randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import type { Counts } from 'cftunnel-sandbox/testing/traffic/tally';
import { AnyObjects, type ObjectReference } from '../../../src/adapters/kubernetes/any-objects.ts';
import { aRestClient } from '../a-rest-client.ts';
import type { KubeObject } from '../kube-client.ts';
import { underLoad } from '../under-load.ts';
import { service, whoami, withPods } from '../world-objects.ts';
import type { World } from '../world.ts';

export interface RemoteTunnel {
  readonly id: string;
  readonly name: string;
  /** For cloudflared with a file. */
  readonly credentials: string;
  /** For cloudflared without one. */
  readonly token: string;
}

export async function remoteTunnel(
  { cloudflare }: World,
  name: string,
  source: 'local' | 'cloudflare',
): Promise<RemoteTunnel> {
  const { accountId } = cloudflare;
  const secret = randomBytes(32).toString('base64');
  const body = { name, config_src: source, tunnel_secret: secret };
  const { id } = (await cloudflare.ask(`/accounts/${accountId}/cfd_tunnel`, { method: 'POST', body })) as {
    id: string;
  };
  const token = Buffer.from(JSON.stringify({ a: accountId, t: id, s: secret })).toString('base64');
  return {
    id,
    name,
    credentials: JSON.stringify({ AccountTag: accountId, TunnelSecret: secret, TunnelID: id }),
    token,
  };
}

/** The record of a hostname, as the tool makes it. */
export function addRecordTo({ cloudflare }: World, { id }: RemoteTunnel, hostname: string, comment?: string): void {
  const content = `${id}.cfargotunnel.com`;
  const record = {
    name: hostname,
    type: 'CNAME',
    content,
    proxied: true,
    ...(comment === undefined ? {} : { comment }),
  };
  cloudflare.admin.addRecord('example.com', record);
}

export function addText({ cloudflare }: World, name: string, content: string): void {
  cloudflare.admin.addRecord('example.com', { name, type: 'TXT', content });
}

/** A web server with two pods, behind a Service. */
export async function addWebServer({ kube }: World, key: string, metadata: Partial<KubeObject['metadata']> = {}) {
  const origin = whoami(key);
  await kube.create({ ...origin, spec: { ...origin.spec, replicas: 2 } });
  const object = withPods(service(key));
  await kube.create({ ...object, metadata: { ...object.metadata, ...metadata } });
}

/** Resolves once a visitor gets an answer from every hostname. */
export async function served({ edge }: World, hostnames: readonly string[]): Promise<void> {
  await eventually(async () => {
    const visits = await Promise.all(hostnames.map((hostname) => edge.get(hostname)));
    expect(visits.map(({ status }) => status)).toEqual(hostnames.map(() => 200));
  });
}

/** Has something happen while visitors use every one of the hostnames, and resolves with what was lost at each. */
export async function underLoadAt(
  world: World,
  hostnames: readonly string[],
  event: () => Promise<void>,
): Promise<Readonly<Record<string, Counts['lost']>>> {
  const [hostname, ...others] = hostnames;
  if (hostname === undefined) {
    await event();
    return {};
  }
  let lost: Readonly<Record<string, Counts['lost']>> = {};
  const counts = await underLoad(world, { hostname }, async () => {
    lost = { ...lost, ...(await underLoadAt(world, others, event)) };
  });
  return { [hostname]: counts.lost, ...lost };
}

/** Objects of any kind, also of those that only another tool has. */
export function anyObjectsIn({ kubeUrl }: Pick<World, 'kubeUrl'>) {
  const objects = new AnyObjects(aRestClient(kubeUrl), 'scenario');
  return {
    create: (object: KubeObject) => objects.create(object as unknown as Parameters<AnyObjects['create']>[0]),
    find: (reference: ObjectReference) => objects.find(reference),
  };
}

export type AnyKindOfObjects = ReturnType<typeof anyObjectsIn>;
