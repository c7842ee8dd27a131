import { setTimeout as delay } from 'node:timers/promises';
import type { Namespace } from '../../api/objects.ts';
import type { LastingProblems } from '../telemetry/lasting-problems.ts';
import { ApiError } from './api-error.ts';
import type { ClusterReader } from './cluster-reader.ts';
import { RESOURCES, objectPath } from './resource.ts';
import type { RestClient } from './rest-client.ts';

/** Key of the problem that the API server does not answer. */
const PROBLEM = 'cluster name';

/**
 * First 8 characters of the UID of namespace `kube-system`, which every cluster has and no two clusters share. Retries
 * until the API server answers. Throws if reading the namespace is forbidden.
 */
export async function readClusterName(
  rest: RestClient,
  problems: LastingProblems,
  signal: AbortSignal,
): Promise<string> {
  for (;;) {
    try {
      const namespace = await rest.json<Namespace>('GET', objectPath(RESOURCES.namespaces, undefined, 'kube-system'), {
        signal,
      });
      problems.recovered(PROBLEM, 'The Kubernetes API answers');
      return (namespace.metadata.uid ?? '').slice(0, 8);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ApiError && error.code === 403)
        throw new Error('namespace kube-system may not be read: set --cluster-name', { cause: error });
      problems.failed(PROBLEM, 'The Kubernetes API does not answer yet', { error: messageOf(error) });
      await delay(1_000, undefined, { signal });
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The same for a user; `undefined`: the user may not read the namespace. */
export async function readClusterUid(cluster: Pick<ClusterReader, 'tryFind'>): Promise<string | undefined> {
  const namespace = await cluster.tryFind<Namespace>('namespaces', 'kube-system');
  return namespace?.metadata.uid?.slice(0, 8);
}
