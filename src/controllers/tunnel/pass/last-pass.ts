/** Decides whether a Tunnel whose last pass failed is looked at again before its back-off is over. */
import type { ConfigMap, Deployment } from '../../../api/objects.ts';
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
    memory.standstill.unchangedMs(key) >= SETTLE_MS,
    // Equal to nothing else, so the pass is not put off.
    memory.proxy.isOutdated ? Symbol('outdated') : undefined,
    await secretVersion(`${namespace}/${tunnel.spec.credentialsRef.name}`),
    await secretVersion(pass.credentials),
  ];
}
