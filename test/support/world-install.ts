/** Installs the operator with its manifests, and runs it with only the permissions of its ServiceAccount. */
import { dump } from 'js-yaml';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { type KubeClient, type KubeObject, keyOf } from './kube-client.ts';
import { manifestsIn } from './manifests.ts';

/** A day, which is longer than any run of the scenarios. */
const TOKEN_SECONDS = 86_400;

/**
 * Applies everything but the Deployment, which the scenario replaces with a process, and resolves with a kubeconfig for
 * that process. A real server serves a new kind only after a moment.
 */
export async function install(
  kube: KubeClient,
  server: string,
  manifests: readonly KubeObject[] = manifestsIn(),
): Promise<string> {
  for (const object of manifests.filter(({ kind }) => kind !== 'Deployment')) await kube.apply(object);
  await eventually(() => kube.list('Tunnel'));
  const account = manifests.find(({ kind }) => kind === 'ServiceAccount');
  if (account === undefined) throw new Error('the manifests bring no ServiceAccount');
  return kubeconfigOf(kube, server, keyOf(account));
}

/** A kubeconfig that authenticates a process as a ServiceAccount. */
export async function kubeconfigOf(kube: KubeClient, server: string, account: string): Promise<string> {
  return kubeconfigFor(server, await kube.createToken(account, TOKEN_SECONDS));
}

function kubeconfigFor(server: string, token: string): string {
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    // client-node rejects plain HTTP unless TLS verification is off.
    clusters: [{ name: 'world', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'operator', user: { token } }],
    contexts: [{ name: 'world', context: { cluster: 'world', user: 'operator' } }],
    'current-context': 'world',
  });
}
