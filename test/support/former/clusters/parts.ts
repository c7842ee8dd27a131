/** What the clusters of other tools have in common. */
import type { KubeObject } from '../../kube-client.ts';
import { deployment } from '../deployments.ts';

export const TUNNEL_ID = '0b6a3c1e-5f2d-4a7b-9c8d-1e2f3a4b5c6d';
export const ACCOUNT = '0123456789abcdef0123456789abcdef';

export type Objects = readonly KubeObject[];

export function configMap(key: string, data: Readonly<Record<string, string>>): KubeObject {
  const [name = '', home = ''] = key.split('/').toReversed();
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: home }, data };
}

/** A Deployment of cloudflared, and its rules in the ConfigMap of its name. */
export function fileConnector(key: string, config: object): Objects {
  const [name = ''] = key.split('/').toReversed();
  const container = {
    name: 'cloudflared',
    image: 'cloudflare/cloudflared:2026.8.2',
    args: ['tunnel', '--config', '/etc/cloudflared/config/config.yaml', 'run'],
    volumeMounts: [{ name: 'config', mountPath: '/etc/cloudflared/config' }],
  };
  const spec = { containers: [container], volumes: [{ name: 'config', configMap: { name } }] };
  return [configMap(key, { 'config.yaml': JSON.stringify(config) }), deployment(key, spec)];
}
