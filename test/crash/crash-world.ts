/** The sandbox of one story: two Services, a Cloudflare account, and foreign objects in both systems. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { DnsRecord } from 'cftunnel-sandbox/cloudflare/state/dns-record';
import type { Tunnel } from 'cftunnel-sandbox/cloudflare/state/model';
import { type Sandbox, startSandbox } from 'cftunnel-sandbox/sandbox';
import { type KubeClient, type KubeObject, createKubeClient } from '../support/kube-client.ts';
import { namespace, secret, service } from '../support/world-objects.ts';

/** The prefix of ownership marks and tunnel names of this cluster. */
export const CLUSTER = 'crash';
export const MARK = `cftunnel.io owner=${CLUSTER}/`;

/** A finalizer on the Services that the operator does not own. */
export const FOREIGN_FINALIZER = 'example.net/keep';

const ZONES = ['example.com', 'example.org'] as const;

/** How much faster than real time the controllers of the cluster run. */
const CLUSTER_SPEED = 100;

const CRD = load(readFileSync(join(import.meta.dirname, '../../crds/tunnels.cftunnel.io.yaml'), 'utf8')) as KubeObject;

export type ConfigMode = 'Local' | 'Remote';

export interface CrashWorld {
  readonly sandbox: Sandbox;
  readonly kube: KubeClient;
  readonly accountId: string;
  /** Where its Tunnels keep their rules. */
  readonly configMode: ConfigMode;
  /** The token in the Secret `shop/cloudflare`. */
  token: string;
  /** Everything that this cluster does not own. It must not change. */
  foreign(): Promise<unknown>;
  records(): readonly DnsRecord[];
  tunnels(): readonly Tunnel[];
}

/** What is special about a world. `events`: the cluster's own controllers write Events. */
interface CrashWorldOptions {
  readonly events?: boolean;
  readonly configMode?: ConfigMode | undefined;
}

/** A world without an operator. */
export async function startCrashWorld(options: CrashWorldOptions = {}): Promise<CrashWorld> {
  const { events = false, configMode = 'Local' } = options;
  const rateLimit = { quota: 100_000 };
  const sandbox = await startSandbox({ timeScale: CLUSTER_SPEED, events, cloudflare: { rateLimit } });
  const { admin } = sandbox.cloudflare;
  const accountId = admin.addAccount({ name: 'crash' }).id;
  for (const name of ZONES) admin.addZone({ name, account: accountId });
  const kube = createKubeClient(sandbox.kubernetes.url, sandbox.kubernetes.api);
  const world: CrashWorld = {
    sandbox,
    kube,
    accountId,
    configMode,
    token: admin.addToken({ accounts: [accountId] }),
    foreign: async () => ({
      records: world.records().filter(({ comment }) => comment?.startsWith(MARK) !== true),
      tunnels: world.tunnels().filter(({ name }) => !name.startsWith(`${CLUSTER}/`)),
      objects: await foreignObjects(kube),
    }),
    records: () => ZONES.flatMap((zone) => admin.records(zone)),
    tunnels: () => admin.tunnels(accountId).filter(({ deletedAt }) => deletedAt === null),
  };
  await addObjects(world);
  return world;
}

async function addObjects(world: CrashWorld): Promise<void> {
  const { kube, token } = world;
  await kube.create(CRD);
  for (const name of ['cftunnel-system', 'shop']) await kube.create(namespace(name));
  await kube.create(secret('shop/cloudflare', { CLOUDFLARE_API_TOKEN: token }));
  for (const name of ['web', 'api']) await kube.create(withForeignFinalizer(service(`shop/${name}`)));
  await addForeign(world);
}

function withForeignFinalizer({ metadata, ...rest }: KubeObject): KubeObject {
  return {
    ...rest,
    apiVersion: rest.apiVersion,
    kind: rest.kind,
    metadata: { ...metadata, finalizers: [FOREIGN_FINALIZER] },
  };
}

/** Adds what another cluster with the same account, and people, have created. */
async function addForeign({ kube, sandbox, accountId, token }: CrashWorld): Promise<void> {
  const { admin, url } = sandbox.cloudflare;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  for (const name of ['other/shop/home', 'by-hand']) {
    const body = JSON.stringify({ name, tunnel_secret: btoa('s'.repeat(32)), config_src: 'local' });
    await fetch(`${url}/accounts/${accountId}/cfd_tunnel`, { method: 'POST', headers, body });
  }
  const elsewhere = { type: 'CNAME', content: 'elsewhere.example.net', comment: 'cftunnel.io owner=other/shop/home' };
  admin.addRecord('example.com', { name: 'other.example.com', ...elsewhere });
  admin.addRecord('example.com', { name: 'example.com', type: 'MX', content: 'mail.example.net', priority: 10 });
  admin.addRecord('example.org', { name: 'www.example.org', type: 'A', content: '192.0.2.1' });
  await kube.create(service('default/bystander'));
  await kube.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name: 'settings' } });
}

async function foreignObjects(kube: KubeClient): Promise<readonly unknown[]> {
  return [await kube.find('Service', 'default/bystander'), await kube.find('ConfigMap', 'default/settings')];
}
