/** The image of the operator for the nodes of the sandbox: each container is a process of the bundle. */
import { join } from 'node:path';
import { dump } from 'js-yaml';
import type { ContainerStart, Image } from 'cftunnel-sandbox/kubelet/image';
import { processImage } from 'cftunnel-sandbox/kubelet/processes/process-image';
import type { KubernetesSandbox } from 'cftunnel-sandbox/kubernetes/server';

const BUNDLE = join(import.meta.dirname, '..', '..', 'dist', 'main.js');
const PODS = { group: '', version: 'v1', plural: 'pods' } as const;
const KUBECONFIG = '/var/run/kubeconfig';

/** Arguments and environment are those of the container. `speed`: the factor by which its pauses are shorter. */
export function operatorImage(kubernetes: KubernetesSandbox, speed: number): Image {
  return processImage({
    matches: /(?:^|\/)cftunnel-operator(?:[:@]|$)/,
    program: process.execPath,
    entrypoint: ['node', BUNDLE],
    prepare: (container) => onThisMachine(container, kubernetes, speed),
  });
}

/**
 * A process is in no cluster, so it gets a kubeconfig with the token that the kubelet would mount, and each listener is
 * named, because only named ones are moved to the loopback address of the Pod.
 */
function onThisMachine(container: ContainerStart, kubernetes: KubernetesSandbox, speed: number): ContainerStart {
  const { namespace, name } = container.pod;
  const account = kubernetes.api.get(PODS, namespace, name)?.['spec'] as { readonly serviceAccountName: string };
  const token = kubernetes.tokenFor(namespace, account.serviceAccountName);
  const env = {
    CFTUNNEL_KUBECONFIG: KUBECONFIG,
    CFTUNNEL_NAMESPACE: namespace,
    CFTUNNEL_METRICS_BIND_ADDRESS: ':8080',
    CFTUNNEL_HEALTH_BIND_ADDRESS: ':8081',
    CFTUNNEL_CLOCK_SPEED: String(speed),
  };
  const files = new Map([...container.files, [KUBECONFIG, kubeconfigWith(kubernetes.url, token)]]);
  return { ...container, files, env: { ...env, ...container.env } };
}

function kubeconfigWith(server: string, token: string): string {
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    // client-node rejects plain HTTP unless TLS verification is off.
    clusters: [{ name: 'sandbox', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'operator', user: { token } }],
    contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user: 'operator' } }],
    'current-context': 'sandbox',
  });
}
