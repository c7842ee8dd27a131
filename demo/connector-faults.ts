/** The steps of the demo in which connectors stop: a rolling restart without failed requests, and a crash. */
import type { KubeObject } from 'cftunnel-sandbox/kubernetes/api';
import { startLoad } from 'cftunnel-sandbox/testing/traffic/load';
import { CORE, DEPLOYMENT, HOSTNAME, hasCondition, REPLICAS, type Demo, TUNNEL, type WithStatus } from './steps.ts';
import { visit } from './visitor.ts';

interface Pod extends KubeObject {
  readonly status?: {
    readonly containerStatuses?: readonly { readonly restartCount: number; readonly ready: boolean }[];
  };
}

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
const CONNECTOR_PODS = `${CORE}/pods?labelSelector=app.kubernetes.io%2Fname%3Dcloudflared`;

export async function restart(demo: Demo): Promise<void> {
  const { sandbox, cluster, reporter } = demo;
  reporter.heading('Restart: kubectl rollout restart deployment home-cloudflared, while visitors keep asking');
  const before = new Set(await connectorIds(demo));
  const load = startLoad({ url: sandbox.edge.url, hostname: HOSTNAME });
  await cluster.patch(DEPLOYMENT, {
    spec: { template: { metadata: { annotations: { [RESTARTED_AT]: new Date().toISOString() } } } },
  });
  await reporter.until('every connector is a new one', async () => {
    const now = await connectorIds(demo);
    return now.length === REPLICAS && !now.some((id) => before.has(id));
  });
  const { answered, webSockets, downloads, lost } = await load.stop();
  const losses = Object.entries(lost).map(([what, times]) => `${what} x ${times}`);
  reporter.check(
    `${answered} requests, ${webSockets} WebSockets and ${downloads} downloads meanwhile. Lost: ${losses.join(', ') || 'none'}`,
    losses.length === 0,
  );
}

export async function crash(demo: Demo): Promise<void> {
  const { sandbox, cluster, reporter } = demo;
  const [pod] = await connectorPods(demo);
  const name = pod?.metadata.name ?? '';
  reporter.heading(`Crash: kill -9 the connector in pod ${name}`);
  const before = new Set(await connectorIds(demo));
  sandbox.kubelet.kill({ namespace: 'default', name });
  await reporter.until('its pod has been restarted and is ready', async () => {
    const pods = await connectorPods(demo);
    const [container] = pods.find(({ metadata }) => metadata.name === name)?.status?.containerStatuses ?? [];
    return container?.restartCount === 1 && container.ready;
  });
  const now = await connectorIds(demo);
  reporter.check('a new connector has replaced it at the edge', now.filter((id) => !before.has(id)).length === 1);
  await reporter.until('the Tunnel is Ready', async () => hasCondition(await cluster.get<WithStatus>(TUNNEL), 'Ready'));
  reporter.check(`http://${HOSTNAME} answers`, (await visit(sandbox.edge.url, HOSTNAME)).status === 200);
}

async function connectorPods({ cluster }: Demo): Promise<readonly Pod[]> {
  return (await cluster.get<{ readonly items: readonly Pod[] }>(CONNECTOR_PODS))?.items ?? [];
}

async function connectorIds({ sandbox, cluster }: Demo): Promise<string[]> {
  const tunnel = await cluster.get<WithStatus>(TUNNEL);
  return sandbox.cloudflare.connectors.connectorsOf(tunnel?.status?.tunnelId ?? '').map(({ info }) => info.id);
}
