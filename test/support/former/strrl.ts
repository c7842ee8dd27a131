/** A cluster as STRRL/cloudflare-tunnel-ingress-controller leaves it. */
import type { KubeObject } from '../kube-client.ts';
import { namespace, secret } from '../world-objects.ts';
import type { World } from '../world.ts';
import { type StandIn, startStandIn } from './controller.ts';
import { cloudflaredWith, deployment } from './deployments.ts';
import { type RemoteTunnel, addRecordTo, addText } from './world.ts';

export const HOME = 'ingress-controller';
export const CONTROLLER = `${HOME}/cloudflare-tunnel-ingress-controller`;
export const CONNECTOR = `${HOME}/controlled-cloudflared-connector`;
export const FINALIZER = 'strrl.dev/cloudflare-tunnel-ingress-controller-controlled';

const IDENTIFIER = 'strrl.dev/cloudflare-tunnel-ingress-controller';
const CONNECTOR_LABELS = { [IDENTIFIER]: 'controlled-cloudflared-connector' };

/** A hostname, a path of it, and the Service and port behind it. */
export interface FormerRule {
  readonly hostname: string;
  readonly path: string;
  readonly service: string;
}

/** Installs the chart: its Secret, its class and its Deployment, which makes that of the connectors. */
export async function installController(world: World, tunnel: RemoteTunnel): Promise<void> {
  const { kube, cloudflare } = world;
  await kube.create(namespace(HOME));
  const values = {
    'api-token': cloudflare.token,
    'cloudflare-account-id': cloudflare.accountId,
    'cloudflare-tunnel-name': tunnel.name,
  };
  await kube.create(secret(`${HOME}/cloudflare-api`, values));
  await kube.create({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'cloudflare-tunnel' },
    spec: { controller: IDENTIFIER },
  });
  await kube.create(deployment(CONTROLLER, { containers: [controllerContainer()] }));
  await kube.create(secret(`${HOME}/controlled-cloudflared-token`, { token: tunnel.token }));
  const token = { secretKeyRef: { name: 'controlled-cloudflared-token', key: 'token' } };
  const command = [
    'cloudflared',
    '--protocol',
    'http2',
    '--no-autoupdate',
    'tunnel',
    '--metrics',
    '0.0.0.0:44483',
    'run',
  ];
  const container = { command, env: [{ name: 'TUNNEL_TOKEN', valueFrom: token }] };
  await kube.create(deployment(CONNECTOR, cloudflaredWith(container), { labels: CONNECTOR_LABELS }));
}

function variable(name: string, key: string) {
  return { name, valueFrom: { secretKeyRef: { name: 'cloudflare-api', key } } };
}

function controllerContainer() {
  return {
    name: 'controller',
    image: 'cr.example/strrl/cloudflare-tunnel-ingress-controller:0.0.23',
    command: [
      'cloudflare-tunnel-ingress-controller',
      '--ingress-class=cloudflare-tunnel',
      `--controller-class=${IDENTIFIER}`,
      '--cloudflare-api-token=$(CLOUDFLARE_API_TOKEN)',
      '--cloudflare-account-id=$(CLOUDFLARE_ACCOUNT_ID)',
      '--cloudflare-tunnel-name=$(CLOUDFLARE_TUNNEL_NAME)',
    ],
    env: [
      variable('CLOUDFLARE_API_TOKEN', 'api-token'),
      variable('CLOUDFLARE_ACCOUNT_ID', 'cloudflare-account-id'),
      variable('CLOUDFLARE_TUNNEL_NAME', 'cloudflare-tunnel-name'),
    ],
  };
}

export function ingress(key: string, rules: readonly FormerRule[]): KubeObject {
  const [name = '', home = ''] = key.split('/').toReversed();
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: home, finalizers: [FINALIZER] },
    spec: {
      ingressClassName: 'cloudflare-tunnel',
      rules: rules.map(({ hostname, path, service }) => ({
        host: hostname,
        http: { paths: [{ path, pathType: 'Prefix', backend: { service: { name: service, port: { number: 80 } } } }] },
      })),
    },
  };
}

/** Makes the records, and writes all rules of the tunnel again and again, as every event of the controller does. */
export async function startController(
  world: World,
  tunnel: RemoteTunnel,
  { rules, home }: { readonly rules: readonly FormerRule[]; readonly home: string },
): Promise<StandIn> {
  const { cloudflare } = world;
  for (const hostname of new Set(rules.map((rule) => rule.hostname))) {
    addRecordTo(world, tunnel, hostname, `managed by cloudflare-tunnel-ingress-controller, tunnel [${tunnel.name}]`);
    addText(world, `_ctic_managed.${hostname}`, JSON.stringify({ controller: IDENTIFIER, tunnel: tunnel.name }));
  }
  const ingressRules = rules
    .toSorted((a, b) => b.path.length - a.path.length)
    .map(({ hostname, path, service }) => ({
      hostname,
      path,
      service: `http://${service}.${home}.svc.cluster.local:80`,
    }));
  const config = { ingress: [...ingressRules, { service: 'http_status:404' }] };
  const path = `/accounts/${cloudflare.accountId}/cfd_tunnel/${tunnel.id}/configurations`;
  const write = async (): Promise<void> => {
    await cloudflare.ask(path, { method: 'PUT', body: { config } });
  };
  await write();
  return startStandIn(world, CONTROLLER, write);
}
