/** The steps of the demo. Each does what a user would do, and checks the result. */
import path from 'node:path';
import type { KubeObject } from 'cftunnel-sandbox/kubernetes/api';
import type { Sandbox } from 'cftunnel-sandbox/sandbox';
import type { Cluster } from './cluster.ts';
import type { Reporter } from './reporter.ts';
import { visit } from './visitor.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const EXAMPLE = 'examples/01-first-exposure';
export const HOSTNAME = 'app.example.com';
const ZONE = 'example.com';
export const CORE = '/api/v1/namespaces/default';
export const TUNNEL = '/apis/cftunnel.io/v1alpha1/namespaces/default/tunnels/home';
export const DEPLOYMENT = '/apis/apps/v1/namespaces/default/deployments/home-cloudflared';

/** How many connectors the Tunnel is scaled to. */
export const REPLICAS = 4;

export interface WithStatus {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[];
    readonly tunnelId?: string;
    readonly readyReplicas?: number;
  };
}

export interface Demo {
  readonly sandbox: Sandbox;
  readonly cluster: Cluster;
  readonly reporter: Reporter;
  readonly accountId: string;
  readonly token: string;
}

/** Installs what a cluster needs once. */
export async function install({ cluster, reporter, token }: Demo): Promise<void> {
  reporter.heading('Install: the CRD, the namespace of the operator, and a Secret with an API token');
  await cluster.applyFolder(path.join(ROOT, 'crds'));
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'cftunnel-system' } });
  await cluster.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'cloudflare', namespace: 'default' },
    stringData: { CLOUDFLARE_API_TOKEN: token },
  });
}

export async function expose(demo: Demo): Promise<void> {
  const { sandbox, cluster, reporter } = demo;
  reporter.heading(`Expose: kubectl apply -f ${EXAMPLE}`);
  const objects = await cluster.applyFolder(path.join(ROOT, EXAMPLE));
  reporter.table(
    ['APPLIED', 'NAME'],
    objects.map(({ kind, metadata }) => [kind, metadata.name]),
  );
  await reporter.until('the Tunnel is Ready', async () => hasCondition(await cluster.get(TUNNEL), 'Ready'));
  await reporter.until('the Service is Exposed', async () =>
    hasCondition(await cluster.get(`${CORE}/services/web`), 'cftunnel.io/Exposed'),
  );
  await showMade(demo);
  const answer = await visit(sandbox.edge.url, HOSTNAME);
  reporter.check(`http://${HOSTNAME} answers through edge, tunnel and connector`, answer.status === 200);
  reporter.say(`      ${answer.body.split('\n')[0]}`);
  const pods = (await cluster.get<{ items: KubeObject[] }>(`${CORE}/pods?labelSelector=app%3Dweb`))?.items ?? [];
  const answered = pods.some((pod) => answer.body.includes(pod.metadata.name));
  reporter.check('the answer came from a pod behind the Service', answered);
  showCalls(demo);
}

export async function scale(demo: Demo): Promise<void> {
  const { sandbox, cluster, reporter } = demo;
  reporter.heading(`Scale: kubectl scale tunnel home --replicas=${REPLICAS}`);
  await cluster.patch(`${TUNNEL}/scale`, { spec: { replicas: REPLICAS } });
  await reporter.until('four connectors are connected', async () => {
    const tunnel = await cluster.get<WithStatus>(TUNNEL);
    return sandbox.cloudflare.connectors.connectorsOf(tunnel?.status?.tunnelId ?? '').length === REPLICAS;
  });
  await reporter.until('the Tunnel counts four ready replicas', async () => {
    const tunnel = await cluster.get<WithStatus>(TUNNEL);
    return tunnel?.status?.readyReplicas === REPLICAS && hasCondition(tunnel, 'Ready');
  });
  showCalls(demo);
}

export async function unexpose(demo: Demo): Promise<void> {
  const { sandbox, cluster, reporter } = demo;
  reporter.heading('Un-expose: kubectl annotate service web cftunnel.io/hostname- cftunnel.io/tunnel-');
  const annotations = { 'cftunnel.io/hostname': null, 'cftunnel.io/tunnel': null };
  await cluster.patch(`${CORE}/services/web`, { metadata: { annotations } });
  await reporter.until('the DNS record is gone', () => sandbox.cloudflare.admin.records(ZONE).length === 0);
  await reporter.until('the rule is gone', async () => {
    const map = await cluster.get<{ data: Record<string, string> }>(`${CORE}/configmaps/home-cloudflared`);
    return map?.data['config.yaml']?.includes(HOSTNAME) === false;
  });
  await reporter.until('the Service has no finalizer and no condition left', async () => {
    const service = await cluster.get<KubeObject & WithStatus>(`${CORE}/services/web`);
    return (service?.metadata.finalizers ?? []).length === 0 && (service?.status?.conditions ?? []).length === 0;
  });
  const { status } = await visit(sandbox.edge.url, HOSTNAME);
  reporter.check(`${HOSTNAME} no longer answers (HTTP ${status})`, status >= 500);
  showCalls(demo);
}

export async function remove(demo: Demo): Promise<void> {
  const { sandbox, cluster, reporter, accountId } = demo;
  reporter.heading('Delete: kubectl delete tunnel home');
  await cluster.delete(TUNNEL);
  await reporter.until('the Tunnel is gone', async () => (await cluster.get(TUNNEL)) === undefined);
  await reporter.until('its connectors are gone', async () => (await cluster.get(DEPLOYMENT)) === undefined);
  await reporter.until('its ConfigMap and credentials are gone', async () => {
    const names = [`${CORE}/configmaps/home-cloudflared`, `${CORE}/secrets/home-cloudflared-credentials`];
    return (await Promise.all(names.map((name) => cluster.get(name)))).every((object) => object === undefined);
  });
  const alive = sandbox.cloudflare.admin.tunnels(accountId).filter((tunnel) => tunnel.deletedAt === undefined);
  reporter.check('no tunnel is left at Cloudflare', alive.length === 0);
  reporter.check('no DNS record is left', sandbox.cloudflare.admin.records(ZONE).length === 0);
  showCalls(demo);
}

async function showMade({ sandbox, cluster, reporter, accountId }: Demo): Promise<void> {
  const map = await cluster.get<{ data: Record<string, string> }>(`${CORE}/configmaps/home-cloudflared`);
  const rule = /service: (http:.*)/.exec(map?.data['config.yaml'] ?? '')?.[1] ?? '';
  const [record] = sandbox.cloudflare.admin.records(ZONE);
  const tunnels = sandbox.cloudflare.admin.tunnels(accountId);
  reporter.table(
    ['THE OPERATOR MADE', 'WHAT IT IS'],
    [
      ['Tunnel at Cloudflare', `${tunnels[0]?.name} (${tunnels[0]?.id})`],
      ['Secret', 'home-cloudflared-credentials'],
      ['ConfigMap', `home-cloudflared: ${HOSTNAME} -> ${rule}`],
      [
        'Deployment',
        `home-cloudflared: ${sandbox.cloudflare.connectors.connectorsOf(tunnels[0]?.id ?? '').length} connectors`,
      ],
      ['DNS record', `${record?.name} ${record?.type} ${record?.content}, proxied: ${record?.proxied}`],
      ['its comment', `${record?.comment}, which marks the record as its own`],
    ],
  );
  reporter.check('there is exactly one tunnel', tunnels.length === 1);
  reporter.check('the record points at it', record?.content === `${tunnels[0]?.id}.cfargotunnel.com`);
}

/** Calls since the last step; counted by the emulated API, not by the operator. */
function showCalls({ sandbox, reporter }: Demo): void {
  const counts = Object.entries(sandbox.cloudflare.calls.byEndpoint());
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  reporter.say(`calls to Cloudflare in this step: ${total}`);
  if (total > 0)
    reporter.table(
      ['CALL', 'TIMES'],
      counts.map(([endpoint, count]) => [endpoint, String(count)]),
    );
  sandbox.cloudflare.calls.clear();
}

export function hasCondition(object: WithStatus | undefined, type: string): boolean {
  return object?.status?.conditions?.some((one) => one.type === type && one.status === 'True') ?? false;
}
