/** The steps of the demo in which connectors go away: once by a restart that nobody may notice, once by a crash. */
import type { KubeObject } from 'cftunnel-sandbox/kubernetes/api';
import { ConstantLoad } from './constant-load.ts';
import { CORE, DEPLOYMENT, HOSTNAME, hasCondition, REPLICAS, type Story, TUNNEL, type WithStatus } from './story.ts';
import { visit } from './visitor.ts';

interface Pod extends KubeObject {
  readonly status?: {
    readonly containerStatuses?: readonly { readonly restartCount: number; readonly ready: boolean }[];
  };
}

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
const CONNECTOR_PODS = `${CORE}/pods?labelSelector=app.kubernetes.io%2Fname%3Dcloudflared`;

export async function restart(story: Story): Promise<void> {
  const { sandbox, cluster, narrator } = story;
  narrator.heading('Restart: kubectl rollout restart deployment home-cloudflared, while visitors keep asking');
  const before = new Set(await connectorIds(story));
  const load = new ConstantLoad(sandbox.edge.url, HOSTNAME);
  await cluster.patch(DEPLOYMENT, {
    spec: { template: { metadata: { annotations: { [RESTARTED_AT]: new Date().toISOString() } } } },
  });
  await narrator.until('every connector is a new one', async () => {
    const now = await connectorIds(story);
    return now.length === REPLICAS && !now.some((id) => before.has(id));
  });
  const { sent, failures } = await load.stop();
  narrator.check(
    `${sent} requests meanwhile, of which failed: ${failures.join(', ') || 'none'}`,
    failures.length === 0,
  );
}

export async function heal(story: Story): Promise<void> {
  const { sandbox, cluster, narrator } = story;
  const [pod] = await connectorPods(story);
  const name = pod?.metadata.name ?? '';
  narrator.heading(`Crash: kill -9 the connector in pod ${name}`);
  const before = new Set(await connectorIds(story));
  sandbox.kubelet.kill({ namespace: 'default', name });
  await narrator.until('its pod has been restarted and is ready', async () => {
    const pods = await connectorPods(story);
    const [container] = pods.find(({ metadata }) => metadata.name === name)?.status?.containerStatuses ?? [];
    return container?.restartCount === 1 && container.ready;
  });
  const now = await connectorIds(story);
  narrator.check('the edge knows a new connector in its place', now.filter((id) => !before.has(id)).length === 1);
  await narrator.until('the Tunnel is Ready', async () => hasCondition(await cluster.get<WithStatus>(TUNNEL), 'Ready'));
  narrator.check(`http://${HOSTNAME} answers`, (await visit(sandbox.edge.url, HOSTNAME)).status === 200);
}

async function connectorPods({ cluster }: Story): Promise<readonly Pod[]> {
  return (await cluster.get<{ readonly items: readonly Pod[] }>(CONNECTOR_PODS))?.items ?? [];
}

async function connectorIds({ sandbox, cluster }: Story): Promise<string[]> {
  const tunnel = await cluster.get<WithStatus>(TUNNEL);
  return sandbox.cloudflare.connectors.connectorsOf(tunnel?.status?.tunnelId ?? '').map(({ info }) => info.id);
}
