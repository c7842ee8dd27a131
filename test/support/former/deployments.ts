/** The Deployments of other tools. */
import type { KubeObject } from '../kube-client.ts';

/** cloudflared as other tools run it. */
export function cloudflaredWith(container: Readonly<Record<string, unknown>>, volumes: readonly unknown[] = []) {
  return {
    containers: [{ name: 'cloudflared', image: 'cloudflare/cloudflared:2026.8.2', ...container }],
    volumes,
  };
}

export function deployment(
  key: string,
  spec: Readonly<Record<string, unknown>>,
  {
    labels = {},
    replicas = 1,
  }: { readonly labels?: Readonly<Record<string, string>>; readonly replicas?: number } = {},
): KubeObject {
  const [name = '', namespace = ''] = key.split('/').toReversed();
  const own = { app: name, ...labels };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels: own },
    spec: { replicas, selector: { matchLabels: own }, template: { metadata: { labels: own }, spec } },
  };
}
