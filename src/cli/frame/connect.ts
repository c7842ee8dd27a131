import { ClusterReader } from '../../adapters/kubernetes/cluster-reader.ts';
import { currentNamespace, loadKubeConfig } from '../../adapters/kubernetes/kube-config.ts';
import { RestClient } from '../../adapters/kubernetes/rest-client.ts';
import type { Given } from './definition.ts';
import { usageError } from './exit-code.ts';

/** The cluster of the user's kubeconfig, with the rights of the user. */
export interface Connection {
  readonly rest: RestClient;
  readonly cluster: ClusterReader;
  /** The namespace that is meant; `undefined`: all. */
  readonly namespace: string | undefined;
  /** Where an object without a namespace goes. */
  readonly ownNamespace: string;
}

const CALL_TIMEOUT_MS = 30_000;

/** Hands a connection to `use`, and closes it. */
export async function withCluster<T>(given: Given, use: (connection: Connection) => Promise<T>): Promise<T> {
  if (given.isOn('all-namespaces') && given.text('namespace') !== undefined)
    throw usageError('--all-namespaces and --namespace exclude each other: give one of them');
  const config = loadKubeConfig(given.text('kubeconfig') || undefined, given.text('context') || undefined);
  const rest = new RestClient(config, CALL_TIMEOUT_MS, 'cftunnel');
  const ownNamespace = given.text('namespace') ?? currentNamespace(config);
  const namespace = given.isOn('all-namespaces') ? undefined : ownNamespace;
  try {
    return await use({ rest, cluster: new ClusterReader(rest), namespace, ownNamespace });
  } finally {
    rest.close();
  }
}
