/**
 * A sandbox with one account, two zones, namespaces with a token, and foreign objects in both systems, in which an
 * operator of this process can run.
 */
import type { AccessAdmin } from 'cftunnel-sandbox/cloudflare/access/access-admin';
import type { DnsRecord } from 'cftunnel-sandbox/cloudflare/state/dns-record';
import type { Tunnel } from 'cftunnel-sandbox/cloudflare/state/model';
import { type Sandbox, type SandboxOptions, startSandbox } from 'cftunnel-sandbox/sandbox';
import { definitions } from './definitions.ts';
import { type KubeClient, type KubeObject, createKubeClient } from './kube-client.ts';
import { type LocalOperator, type LocalOperatorOptions, startLocalOperator } from './local-operator.ts';
import { namespace, secret, service } from './world-objects.ts';

/** A finalizer on the Services that the operator does not own. */
export const FOREIGN_FINALIZER = 'example.net/keep';

export const ZONES = ['example.com', 'example.org'] as const;

/** Factor by which the controllers of the cluster are faster than real time. */
const CLUSTER_SPEED = 100;

/** With this factor, five minutes of the operator take three seconds. */
const OPERATOR_SPEED = 100;

export type ConfigMode = 'Local' | 'Remote';

export interface LocalWorldOptions {
  /** The name of the cluster in tunnel names and record marks. */
  readonly cluster?: string;
  readonly namespaces?: readonly string[];
  /** Keys of Services with a foreign finalizer. */
  readonly services?: readonly string[];
  /** Where Tunnels keep their rules. Default: `Local`. */
  readonly configMode?: ConfigMode | undefined;
  readonly sandbox?: SandboxOptions;
  readonly operator?: Partial<LocalOperatorOptions>;
}

export interface LocalWorld {
  readonly sandbox: Sandbox;
  readonly kube: KubeClient;
  readonly cluster: string;
  readonly configMode: ConfigMode;
  /** The start of the comment on each record of this cluster. */
  readonly mark: string;
  readonly accountId: string;
  /** The token in the Secret `cloudflare` of each namespace. */
  readonly token: string;
  /** All objects that this cluster does not own. They must not change. */
  foreign(): Promise<unknown>;
  records(): readonly DnsRecord[];
  ownRecords(): readonly DnsRecord[];
  tunnels(): readonly Tunnel[];
  /** Creates a namespace with the Secret `cloudflare`. */
  addNamespace(name: string, labels?: Readonly<Record<string, string>>): Promise<void>;
  /** The current operator, or the last one. */
  operator(): LocalOperator;
  /** Resolves when the operator works, which faults may delay. */
  startOperator(options?: Partial<LocalOperatorOptions>): Promise<void>;
  stopOperator(): Promise<void>;
  restartOperator(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a world without an operator. */
export async function startLocalWorld(options: LocalWorldOptions = {}): Promise<LocalWorld> {
  const {
    cluster = 'test',
    namespaces = ['shop'],
    services = ['shop/web', 'shop/api'],
    configMode = 'Local',
  } = options;
  const sandbox = await startSandbox({
    timeScale: CLUSTER_SPEED,
    events: false,
    cloudflare: { rateLimit: { quota: 100_000 } },
    ...options.sandbox,
  });
  const { admin } = sandbox.cloudflare;
  const accountId = admin.addAccount({ name: cluster, team: cluster }).id;
  for (const name of ZONES) admin.addZone({ name, account: accountId });
  const kube = createKubeClient(sandbox.kubernetes.url, sandbox.kubernetes.api);
  const token = admin.addToken({ accounts: [accountId] });
  const mark = `cftunnel.io owner=${cluster}/`;
  const isOwn = ({ comment }: DnsRecord): boolean => comment?.startsWith(mark) === true;
  const records = (): readonly DnsRecord[] => ZONES.flatMap((zone) => admin.records(zone));
  const tunnels = () => admin.tunnels(accountId).filter(({ deletedAt }) => deletedAt === null);
  const world: LocalWorld = {
    sandbox,
    kube,
    cluster,
    configMode,
    mark,
    accountId,
    token,
    records,
    tunnels,
    foreign: async () => ({
      records: records().filter((record) => !isOwn(record)),
      tunnels: tunnels().filter(({ name }) => !name.startsWith(`${cluster}/`)),
      access: foreignAccess(admin.access, accountId, mark),
      objects: [await kube.find('Service', 'default/bystander'), await kube.find('ConfigMap', 'default/settings')],
    }),
    ownRecords: () => records().filter(isOwn),
    async addNamespace(name, labels) {
      await kube.create(namespace(name, labels));
      await kube.create(secret(`${name}/cloudflare`, { CLOUDFLARE_API_TOKEN: token }));
    },
    ...operatorOf(sandbox, { cluster, ...options.operator }),
  };
  for (const definition of definitions()) await kube.create(definition);
  await kube.create(namespace('cftunnel-system'));
  for (const name of namespaces) await world.addNamespace(name);
  for (const key of services) await kube.create(withForeignFinalizer(service(key)));
  await addForeign(world);
  return world;
}

function operatorOf(sandbox: Sandbox, defaults: Partial<LocalOperatorOptions> & { readonly cluster: string }) {
  let current: LocalOperator | undefined;
  const control = {
    operator(): LocalOperator {
      if (current === undefined) throw new Error('the operator was never started');
      return current;
    },
    startOperator(options: Partial<LocalOperatorOptions> = {}): Promise<void> {
      current = startLocalOperator({
        kubernetesUrl: sandbox.kubernetes.url,
        cloudflareUrl: sandbox.cloudflare.url,
        podProxyUrl: sandbox.podProxyUrl,
        speed: OPERATOR_SPEED,
        observer: { ended: () => undefined },
        ...defaults,
        ...options,
      });
      return current.working;
    },
    stopOperator: async () => current?.stop(),
    async restartOperator() {
      await control.stopOperator();
      await control.startOperator();
    },
    async stop() {
      await control.stopOperator();
      await sandbox.stop();
    },
  };
  return control;
}

function withForeignFinalizer({ apiVersion, kind, metadata, spec }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata: { ...metadata, finalizers: [FOREIGN_FINALIZER] }, ...(spec && { spec }) };
}

/** Adds what another cluster with the same account, and people, have created. */
async function addForeign({ kube, sandbox, accountId, token }: LocalWorld): Promise<void> {
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
  await addForeignAccess({ url, accountId, headers });
  await kube.create(service('default/bystander'));
  await kube.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name: 'settings' } });
}

/** Of Access too: an application of a hostname with its own policy, and a policy and a token of another cluster. */
async function addForeignAccess({
  url,
  accountId,
  headers,
}: {
  readonly url: string;
  readonly accountId: string;
  readonly headers: Readonly<Record<string, string>>;
}): Promise<void> {
  const make = (kind: string, body: object): Promise<unknown> =>
    fetch(`${url}/accounts/${accountId}/access/${kind}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const everyone = { decision: 'allow', include: [{ everyone: {} }] };
  const domain = 'dashboard.example.com';
  await make('apps', { type: 'self_hosted', domain, policies: [{ name: 'by hand', ...everyone }] });
  await make('policies', { name: 'cftunnel.io owner=other/shop/staff', ...everyone });
  await make('service_tokens', { name: 'cftunnel.io owner=other/shop/robot' });
}

/** What Access has that is not of this cluster. */
function foreignAccess(access: AccessAdmin, account: string, mark: string): unknown {
  const isForeign = ({ name }: { readonly name: string }): boolean => !name.includes(mark);
  return {
    applications: access.applications(account).filter(isForeign),
    policies: access.policies(account).filter(isForeign),
    serviceTokens: access.serviceTokens(account).filter(isForeign),
  };
}

/** What exists for a hostname of the Service `shop/web`. */
export async function tracesOf(world: LocalWorld, hostname: string) {
  const configMap = await world.kube.find('ConfigMap', 'shop/home-cloudflared');
  const { finalizers = [] } = (await world.kube.get('Service', 'shop/web')).metadata;
  return {
    isRuled: configMap?.data?.['config.yaml']?.includes(hostname) === true,
    isRecorded: world.records().some(({ name }) => name === hostname),
    hasFinalizer: finalizers.some((finalizer) => finalizer !== FOREIGN_FINALIZER),
  };
}
