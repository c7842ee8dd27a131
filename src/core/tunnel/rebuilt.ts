/**
 * Decides whether a tunnel of our name is the one that this Tunnel created in a cluster that has been rebuilt since, and
 * whose Secrets are lost. Nothing but the operator writes the mark of this Tunnel, and a tunnel that is in use is left to
 * whoever uses it.
 */
import { targetOf } from './target.ts';

export interface RebuildEvidence {
  readonly tunnelId: string;
  /** The name was derived from cluster, namespace and name; a person has not chosen it. */
  readonly isNameGenerated: boolean;
  /** Where the records with the mark of this Tunnel lead. */
  readonly targets: readonly string[];
  /** Number of connectors on the tunnel; `undefined`: unknown at present. */
  readonly connectors: number | undefined;
}

/** What is missing in the proof; `undefined`: the tunnel is this Tunnel's. */
export function rebuildProblem(evidence: RebuildEvidence): string | undefined {
  const { tunnelId, isNameGenerated, targets, connectors } = evidence;
  const target = targetOf(tunnelId);
  if (!isNameGenerated) return 'its name is the one in spec.tunnelName, which anybody may have used';
  if (targets.length === 0) return 'no DNS record carries the mark of this Tunnel and leads to it';
  if (targets.some((one) => one !== target)) return 'DNS records with the mark of this Tunnel lead elsewhere';
  if (connectors === undefined) return 'it is unknown whether connectors use it';
  return connectors === 0 ? undefined : 'connectors are connected to it: stop them, and it is taken over';
}
