/** Reports the state of a Tunnel's connectors. */
import type { Condition } from '../../api/conditions.ts';
import type { Tunnel } from '../../api/objects.ts';
import { ownedNames } from '../owned.ts';
import { listed } from '../quote.ts';
import { type PodTrouble, withoutPodNames } from '../tunnel/pod-trouble.ts';
import type { Rollout } from '../tunnel/rollout.ts';
import {
  AVAILABLE,
  type ConnectorReport,
  FOREIGN,
  newConnectorsFail,
  noConnectorRuns,
  noneConnected,
  rolling,
  rulesNotApplied,
  scaledToZero,
  tooFewConnected,
} from './connector-reports.ts';

/** The observed state of a Tunnel's connectors. */
export interface ConnectorFacts {
  readonly rollout: Rollout;
  readonly wanted: number;
  /** Number of connectors on the tunnel that are not pods of this Tunnel. */
  readonly foreign: number;
  /** The rollout has made no progress for a while, so something is probably wrong. */
  readonly isSettled: boolean;
  /** The rollout has made progress since it was first observed. */
  readonly hasAdvanced: boolean;
  /** Whether the connectors run the rules at Cloudflare; absent if rules are files. */
  readonly applied?: { readonly isApplied: boolean; readonly behind: readonly string[]; readonly isLate: boolean };
  /** Why pods are not ready. Determined only once the rollout is settled. */
  readonly trouble: PodTrouble | undefined;
}

/**
 * A Tunnel stays ready while its connectors are replaced or some of them are missing. Without a connected connector it is
 * not ready, which is reported once it has lasted for a few seconds.
 */
export function connectorsReport(tunnel: Tunnel, facts: ConnectorFacts): ConnectorReport {
  const { rollout, wanted } = facts;
  if (wanted === 0) return scaledToZero(tunnel);
  if (rollout.kind === 'complete') return connectedReport(tunnel, facts);
  return facts.isSettled ? settledReport(tunnel, facts) : unsettledReport(tunnel, facts);
}

/**
 * Whether every connected connector has the published rules. Fewer than wanted suffice once the rollout is settled, and
 * at once if it was complete before.
 */
export function servesRules({ kind, wasComplete }: Rollout, isSettled: boolean): boolean {
  return kind === 'complete' || (kind === 'partial' && (isSettled || wasComplete === true));
}

/** Why visitors get no answer; `undefined`: a connector is connected, or the state is unknown. */
export function lacksConnectors(report: Pick<ConnectorReport, 'status' | 'reason' | 'message'>): string | undefined {
  return report.status === 'False' && NO_CONNECTOR.has(report.reason) ? report.message : undefined;
}

const NO_CONNECTOR: ReadonlySet<string> = new Set(['ScaledToZero', 'ConnectorsUnavailable']);

function connectedReport(tunnel: Tunnel, facts: ConnectorFacts): ConnectorReport {
  return rulesPending(tunnel, facts) ?? (facts.foreign > 0 ? FOREIGN : AVAILABLE);
}

/** A short gap is not reported. When a connector is connected again, the others have as long to follow. */
function unsettledReport(tunnel: Tunnel, facts: ConnectorFacts): ConnectorReport {
  const { rollout, wanted } = facts;
  const before = reportBefore(tunnel);
  const wasReady = before?.status === 'True';
  const isGap = rollout.wasComplete === true && rollout.replicas === wanted;
  if (isGap && !wasReady && rollout.kind === 'partial') return connectedReport(tunnel, facts);
  if (before !== undefined && ((isGap && wasReady) || isStillDown(tunnel, facts, before)))
    return before as Condition & ConnectorReport;
  return rolling(wasReady ? 'True' : 'False');
}

/**
 * A report from before a restart is kept until the rollout has been observed again. Until a connector is connected, only
 * a new rollout changes the report, and only if it may solve the problem: every Service repeats the report.
 */
function isStillDown(tunnel: Tunnel, { rollout, hasAdvanced }: ConnectorFacts, before: Condition): boolean {
  if (before.reason !== 'ConnectorsUnavailable') return false;
  if (!hasAdvanced) return true;
  return rollout.ready === 0 && (rollout.wasComplete === true || before.message === noneConnected(tunnel).message);
}

function settledReport(tunnel: Tunnel, facts: ConnectorFacts): ConnectorReport {
  const { rollout, wanted, trouble } = facts;
  const cause = causeOf(tunnel, facts);
  const isConnected = rollout.ready > 0;
  if (isConnected && rollout.kind === 'rolling' && trouble?.kind === 'unconnected')
    return newConnectorsFail(tunnel, 'they run, but do not connect to the edge');
  if (cause !== undefined) return isConnected ? newConnectorsFail(tunnel, cause) : noConnectorRuns(tunnel, cause);
  if (trouble === undefined && rollout.wasComplete !== true) return rolling(isConnected ? 'True' : 'False');
  return isConnected ? tooFewConnected(tunnel, rollout.ready, wanted) : noneConnected(tunnel);
}

function causeOf(tunnel: Tunnel, { rollout, trouble }: ConnectorFacts): string | undefined {
  const why = rollout.refusal ?? (trouble?.kind === 'broken' ? trouble.why : undefined);
  const cause = why ?? (trouble === undefined ? rollout.gaveUp : undefined);
  if (cause === undefined) return undefined;
  return listed([withoutPodNames(cause, ownedNames(tunnel).workload).replace(/\.$/, '')]);
}

/** The connectors are connected, but do not all run the rules that Cloudflare sends. */
function rulesPending(tunnel: Tunnel, { applied }: ConnectorFacts): ConnectorReport | undefined {
  if (applied === undefined || applied.isApplied) return undefined;
  return applied.isLate ? rulesNotApplied(tunnel, applied.behind) : rolling('True');
}

function reportBefore({ status }: Tunnel): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === 'ConnectorsReady');
}
