/** Where the parts of one of their Tunnels are, and what ours is called. */
import { DEFAULT_NAMESPACE } from '../../../api/names.ts';
import type { ObjectKey } from '../../../api/objects.ts';
import type { Workload } from '../facts.ts';
import type { TheirTunnel } from './objects.ts';

/** Where it keeps what belongs to ClusterTunnels, unless a flag says otherwise. */
const RESOURCE_NAMESPACE = 'cloudflare-operator-system';

/** The ConfigMap and the Deployment of a Tunnel have its name. */
export function homeOf(tunnel: TheirTunnel, deployments: readonly Workload[]): ObjectKey {
  return `${homeNamespace(tunnel, deployments)}/${tunnel.name}`;
}

function homeNamespace({ isForCluster, object, name }: TheirTunnel, deployments: readonly Workload[]): string {
  if (!isForCluster) return object.metadata.namespace ?? '';
  const deployment = deployments.find(
    ({ metadata }) => metadata.name === name && metadata.labels?.['cfargotunnel.com/is-cluster-tunnel'] === 'true',
  );
  return deployment?.metadata.namespace ?? RESOURCE_NAMESPACE;
}

export function secretOf(tunnel: TheirTunnel, deployments: readonly Workload[]): ObjectKey {
  return `${homeNamespace(tunnel, deployments)}/${tunnel.secret}`;
}

/** The same names as those under which the operator reads the annotations of Services. */
export function ourKey({ isForCluster, object, name }: TheirTunnel): ObjectKey {
  return `${isForCluster ? DEFAULT_NAMESPACE : object.metadata.namespace}/${name}`;
}
