/** A cluster as adyanth/cloudflare-operator leaves it: its objects, and what it makes of them. */
import type { KubeObject } from '../kube-client.ts';
import { namespace } from '../world-objects.ts';
import type { World } from '../world.ts';
import { CONTROLLER, FINALIZER, GROUP } from './adyanth-objects.ts';
import { cloudflaredWith, deployment } from './deployments.ts';
import { type AnyKindOfObjects, type RemoteTunnel, addRecordTo, addText } from './world.ts';

export interface FormerTunnel {
  readonly key: string;
  readonly tunnel: RemoteTunnel;
  /** Hostnames and the Services that they lead to. */
  readonly routes: Readonly<Record<string, string>>;
}

export async function installController({ kube }: World): Promise<void> {
  const [home = ''] = CONTROLLER.split('/');
  await kube.create(namespace(home));
  const container = { name: 'manager', image: 'adyanth/cloudflare-operator:0.13.1', args: ['--leader-elect'] };
  await kube.create(deployment(CONTROLLER, { containers: [container] }));
}

/** A Tunnel, with the Secret, ConfigMap and Deployment of its name, and the records of its hostnames. */
export async function addTunnel(world: World, objects: AnyKindOfObjects, former: FormerTunnel): Promise<void> {
  const { kube, cloudflare } = world;
  const { key, tunnel, routes } = former;
  const [name = '', home = ''] = key.split('/').toReversed();
  const metadata = { name, namespace: home };
  await objects.create({
    apiVersion: `${GROUP}/v1alpha2`,
    kind: 'Tunnel',
    metadata: { ...metadata, finalizers: [FINALIZER] },
    spec: { cloudflare: { domain: 'example.com', secret: 'cloudflare' }, newTunnel: { name: tunnel.name } },
    status: { tunnelId: tunnel.id, tunnelName: tunnel.name, accountId: cloudflare.accountId },
  });
  await kube.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    stringData: { 'credentials.json': tunnel.credentials },
  });
  await kube.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'config.yaml': configOf(former) } });
  await kube.create(connectorOf(former));
  for (const hostname of Object.keys(routes)) {
    addRecordTo(world, tunnel, hostname, 'Managed by cloudflare-operator');
    const content = JSON.stringify({ DnsId: '0', TunnelName: tunnel.name, TunnelId: tunnel.id });
    addText(world, `_managed.${hostname}`, content);
  }
}

function configOf({ tunnel, routes }: FormerTunnel): string {
  const originRequest = {
    noTLSVerify: false,
    http2Origin: false,
    proxyAddress: '127.0.0.1',
    proxyPort: 0,
    proxyType: '',
  };
  const rules = Object.entries(routes).map(([hostname, service]) => ({ hostname, service, originRequest }));
  return JSON.stringify({
    tunnel: tunnel.id,
    ingress: [...rules, { service: 'http_status:404' }],
    originRequest: { noTLSVerify: false },
    'credentials-file': '/etc/cloudflared/creds/credentials.json',
    metrics: '0.0.0.0:2000',
    'no-autoupdate': true,
  });
}

function connectorOf({ key, tunnel }: FormerTunnel): KubeObject {
  const [name = ''] = key.split('/').toReversed();
  const args = [
    'tunnel',
    '--protocol',
    'http2',
    '--config',
    '/etc/cloudflared/config/config.yaml',
    '--metrics',
    '0.0.0.0:2000',
    'run',
  ];
  const volumeMounts = [
    { name: 'config', mountPath: '/etc/cloudflared/config', readOnly: true },
    { name: 'creds', mountPath: '/etc/cloudflared/creds', readOnly: true },
  ];
  const volumes = [
    { name: 'creds', secret: { secretName: name } },
    { name: 'config', configMap: { name, items: [{ key: 'config.yaml', path: 'config.yaml' }] } },
  ];
  return deployment(key, cloudflaredWith({ args, volumeMounts }, volumes), {
    labels: {
      'cfargotunnel.com/app': 'cloudflared',
      'cfargotunnel.com/tunnel': name,
      'cfargotunnel.com/id': tunnel.id,
    },
  });
}
