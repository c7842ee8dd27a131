import type { Pod } from '../../../api/objects.ts';
import { selectorText } from '../../../core/owned.ts';
import { type PodVersion, servingPods } from '../../../core/remote-config/applied.ts';
import type { Lists } from '../pass/ports.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';

export interface PodVersionsPort {
  readonly lists: Pick<Lists, 'pods'>;
  /** Version of the rules that a connector runs; `undefined`: the pod does not answer. */
  readonly ruleVersion: (pod: Pod, signal: AbortSignal) => Promise<number | undefined>;
}

/** Asks every ready pod which rules it runs, which costs no call to Cloudflare. */
export async function readPodVersions(
  { lists, ruleVersion }: PodVersionsPort,
  { tunnel, signal }: TunnelPass,
): Promise<readonly PodVersion[]> {
  const pods = (await lists.pods(tunnel.metadata.namespace ?? '', selectorText(tunnel), signal)) ?? [];
  return Promise.all(
    servingPods(pods).map(async (pod) => ({
      pod: pod.metadata.name,
      version: await ruleVersion(pod, signal),
    })),
  );
}
