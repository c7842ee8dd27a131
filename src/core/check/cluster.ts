/** Checks the version of Kubernetes and the definition of Tunnels. */
import { API_VERSION, VERSION } from '../../api/names.ts';
import { listed } from '../quote.ts';
import type { Finding } from './finding.ts';

export interface ClusterFacts {
  /** Of the API server, such as `v1.34.1`. */
  readonly version: string;
  /** Versions of our API group that it serves; empty: the definition is not installed. */
  readonly served: readonly string[];
}

const OLDEST_MINOR = 30;
const NEWEST_MINOR = 36;
const SUBJECT = 'Cluster';

export function checkCluster({ version, served }: ClusterFacts): readonly Finding[] {
  return [checkVersion(version), checkDefinition(served)];
}

function checkVersion(version: string): Finding {
  const minor = Number(/^v?1\.(\d+)/.exec(version)?.[1] ?? Number.NaN);
  const range = `Kubernetes 1.${OLDEST_MINOR} to 1.${NEWEST_MINOR}`;
  if (minor >= OLDEST_MINOR && minor <= NEWEST_MINOR)
    return { subject: SUBJECT, status: 'ok', message: `Kubernetes ${version} answers` };
  const message = `Kubernetes ${version} answers, but the operator is tested with ${range}. Use one of these`;
  return { subject: SUBJECT, status: 'warning', message };
}

function checkDefinition(served: readonly string[]): Finding {
  if (served.includes(VERSION))
    return { subject: SUBJECT, status: 'ok', message: `Tunnels (${API_VERSION}) are installed` };
  const message =
    served.length === 0
      ? 'Tunnels are not installed. Install the operator: kubectl apply -k deploy, or helm install'
      : `The definition of Tunnels serves ${listed(served)}, but this program knows ${VERSION}. Use the release of this program that belongs to the operator`;
  return { subject: SUBJECT, status: 'failed', message };
}
