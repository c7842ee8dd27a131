/** Decides whether a Tunnel whose last pass failed is looked at again before its back-off is over. */
import type { AccessPolicy, ConfigMap, Deployment } from '../../../api/objects.ts';
import type { Route } from '../../../core/model/route.ts';
import { policiesOf } from '../../../core/protection/effective-access.ts';
import type { RoutingTable } from '../../../core/routing/table.ts';
import { SETTLE_MS } from '../../../core/tunnel/rollout.ts';
import type { LastPass } from './memory.ts';
import type { Cache } from './ports.ts';
import type { TunnelPass } from './tunnel-pass.ts';

/** Secrets are read, not watched: a changed Secret is noticed within this time. */
export const SECRET_POLL_MS = 10_000;

export interface LastPassPort {
  readonly routing: () => RoutingTable;
  readonly configMaps: Cache<ConfigMap>;
  readonly deployments: Cache<Deployment>;
  readonly accessPolicies: Cache<AccessPolicy>;
  /** RFC 3339, second precision. */
  readonly now: () => string;
}

/** The last pass, if it failed, is not due for a retry, and nothing has changed since; `undefined`: go on. */
export async function waitsForBackoff(port: LastPassPort, pass: TunnelPass): Promise<LastPass | undefined> {
  const { lastPass } = pass.memory;
  if (lastPass === undefined || pass.failures === 0 || pass.isRetry) return undefined;
  const inputs = await readInputs(port, pass);
  return inputs.some((input, index) => input !== lastPass.inputs[index]) ? undefined : lastPass;
}

export async function rememberPass(port: LastPassPort, pass: TunnelPass, areRecordsForbidden?: boolean): Promise<void> {
  const inputs = await readInputs(port, pass);
  const { failures } = pass.stages;
  if (failures.length === 0) pass.memory.succeededAt = port.now();
  pass.memory.lastPass = { inputs, failures, areRecordsForbidden };
}

/** Everything that a pass goes by, as far as Kubernetes shows it. Secrets are read live: no event announces them. */
async function readInputs(port: LastPassPort, pass: TunnelPass): Promise<readonly unknown[]> {
  const { tunnel, key, workload, memory } = pass;
  const { namespace, generation, annotations, finalizers } = tunnel.metadata;
  const secretVersion = async (secret: string): Promise<string | undefined> =>
    (await pass.secrets.get(secret, pass.signal))?.metadata.resourceVersion;
  const table = port.routing();
  return [
    generation,
    JSON.stringify([annotations, finalizers]),
    table.published.get(key),
    table.resultsByTunnel.get(key),
    port.configMaps.get(workload)?.metadata.resourceVersion,
    port.deployments.get(workload)?.metadata.resourceVersion,
    policyVersions(port, table.published.get(key) ?? []),
    memory.standstill.unchangedMs(key) >= SETTLE_MS,
    // Equal to nothing else, so the pass is not put off.
    memory.proxy.isOutdated ? Symbol('outdated') : undefined,
    await secretVersion(`${namespace}/${tunnel.spec.credentialsRef.name}`),
    await secretVersion(pass.credentials),
  ];
}

/** The AccessPolicies that routes ask for, as they are by now. */
function policyVersions({ accessPolicies }: LastPassPort, routes: readonly Route[]): string {
  const versions = [...policiesOf(routes)].map((key) => `${key} ${accessPolicies.get(key)?.metadata.resourceVersion}`);
  return versions.join();
}
