import type { Condition } from '../../api/conditions.ts';
import type { Tunnel } from '../../api/objects.ts';
import type { TunnelStatus } from '../../api/tunnel.gen.ts';
import { compare } from '../keys.ts';
import { selectorText } from '../owned.ts';
import { targetOf } from '../tunnel/target.ts';
import { type RotationRecord, shownRotation } from '../tunnel/rotation-record.ts';

/** The result of a pass. Absent facts keep their value in the status. */
export interface TunnelFacts {
  readonly accountId?: string | undefined;
  readonly tunnelId?: string | undefined;
  readonly tunnelName: string;
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly routes: { readonly attached: number; readonly refused: number };
  /** Hostnames of the attached routes, in any order and possibly with duplicates. */
  readonly hostnames: readonly string[];
  /** The published rules. */
  readonly config?: TunnelStatus['config'];
  readonly rotation?: RotationRecord | undefined;
  /** The request to reconcile that the pass has answered. */
  readonly reconciled?: string | undefined;
  /** Image that the connectors run, or are being updated to. */
  readonly image?: string | undefined;
  readonly conditions: readonly Condition[];
}

/** Builds the status. Equal facts give an equal status. */
export function describeTunnel(tunnel: Tunnel, facts: TunnelFacts): TunnelStatus {
  const before = tunnel.status ?? {};
  const accountId = facts.accountId ?? before.accountId;
  const tunnelId = facts.tunnelId ?? before.tunnelId;
  const image = facts.image ?? before.connectors?.image;
  const config = facts.config ?? before.config;
  const rotation = facts.rotation === undefined ? before.tokenRotation : shownRotation(facts.rotation);
  const reconcile = facts.reconciled === undefined ? before.reconcile : { handled: facts.reconciled };
  const hostnames = summarizeNames(facts.hostnames);
  return {
    observedGeneration: tunnel.metadata.generation ?? 0,
    ...(accountId === undefined ? {} : { accountId }),
    ...(tunnelId === undefined ? {} : { tunnelId, target: targetOf(tunnelId) }),
    tunnelName: facts.tunnelName,
    replicas: facts.replicas,
    readyReplicas: facts.readyReplicas,
    selector: selectorText(tunnel),
    routes: facts.routes,
    ...(hostnames === '' ? {} : { hostnames }),
    ...(config === undefined ? {} : { config }),
    ...(image === undefined ? {} : { connectors: { image } }),
    ...(rotation === undefined ? {} : { tokenRotation: rotation }),
    ...(reconcile === undefined ? {} : { reconcile }),
    conditions: facts.conditions.map((condition) => ({ ...condition })),
  };
}

const SHOWN_HOSTNAMES = 3;

/** The first names, and the number of further ones. */
function summarizeNames(names: readonly string[]): string {
  const all = [...new Set(names)].toSorted(compare);
  const rest = all.length - SHOWN_HOSTNAMES;
  return `${all.slice(0, SHOWN_HOSTNAMES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
