/** A Deployment of cloudflared with a configuration file, as Cloudflare's documentation shows it. */
import type { World } from '../world.ts';
import { cloudflaredWith, deployment } from './deployments.ts';
import type { RemoteTunnel } from './world.ts';

export interface FormerRule {
  readonly hostname: string;
  readonly path?: string;
  readonly service: string;
}

/** The Deployment `key`, and a ConfigMap and a Secret of its name. */
export async function addCloudflared(
  { kube }: World,
  key: string,
  { tunnel, rules }: { readonly tunnel: RemoteTunnel; readonly rules: readonly FormerRule[] },
): Promise<void> {
  const [name = '', home = ''] = key.split('/').toReversed();
  const metadata = { name, namespace: home };
  const config = {
    tunnel: tunnel.name,
    'credentials-file': '/etc/cloudflared/creds/credentials.json',
    metrics: '0.0.0.0:2000',
    'no-autoupdate': true,
    ingress: [...rules, { service: 'http_status:404' }],
  };
  await kube.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'config.yaml': JSON.stringify(config) } });
  await kube.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    stringData: { 'credentials.json': tunnel.credentials },
  });
  const args = ['tunnel', '--config', '/etc/cloudflared/config/config.yaml', 'run'];
  const volumeMounts = [
    { name: 'config', mountPath: '/etc/cloudflared/config', readOnly: true },
    { name: 'creds', mountPath: '/etc/cloudflared/creds', readOnly: true },
  ];
  const volumes = [
    { name: 'creds', secret: { secretName: name } },
    { name: 'config', configMap: { name, items: [{ key: 'config.yaml', path: 'config.yaml' }] } },
  ];
  await kube.create(deployment(key, cloudflaredWith({ args, volumeMounts }, volumes), { replicas: 2 }));
}
