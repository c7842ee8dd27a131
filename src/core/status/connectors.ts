/** Reports the state of a Tunnel's connectors. */
import type { Condition, ConditionStatus, TunnelReason } from '../../api/conditions.ts';
import type { Tunnel } from '../../api/objects.ts';
import { ownedNames, selectorText } from '../owned.ts';
import { listed } from '../quote.ts';
import { type PodTrouble, withoutPodNames } from '../tunnel/pod-trouble.ts';
import type { Rollout } from '../tunnel/rollout.ts';

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

interface ConnectorReport {
  readonly status: ConditionStatus;
  readonly reason: TunnelReason;
  readonly message: string;
}

/** What visitors get while no connector is connected. */
const VISITORS_GET = 'visitors get HTTP 530 (error 1033)';

/**
 * A Tunnel stays ready while its connectors are replaced or some of them are missing. Without a connected connector it is
 * not ready, which is reported once it has lasted for a few seconds.
 */
export function connectorsReport(tunnel: Tunnel, facts: ConnectorFacts): ConnectorReport {
  const { rollout, wanted, foreign } = facts;
  if (wanted === 0) return scaledToZero(tunnel);
  if (rollout.kind === 'complete') return rulesPending(tunnel, facts) ?? (foreign > 0 ? FOREIGN : AVAILABLE);
  return facts.isSettled ? settledReport(tunnel, facts) : unsettledReport(tunnel, facts);
}

/** Whether every connected connector has the published rules. Fewer than wanted suffice once the rollout is settled. */
export function servesRules({ kind }: Rollout, isSettled: boolean): boolean {
  return kind === 'complete' || (kind === 'partial' && isSettled);
}

/** Why visitors get no answer; `undefined`: a connector is connected, or the state is unknown. */
export function lacksConnectors(report: Pick<ConnectorReport, 'status' | 'reason' | 'message'>): string | undefined {
  return report.status === 'False' && NO_CONNECTOR.has(report.reason) ? report.message : undefined;
}

const NO_CONNECTOR: ReadonlySet<string> = new Set(['ScaledToZero', 'ConnectorsUnavailable']);

const AVAILABLE: ConnectorReport = {
  status: 'True',
  reason: 'ConnectorsAvailable',
  message: 'Every connector serves the published rules',
};

const FOREIGN: ConnectorReport = {
  status: 'True',
  reason: 'ForeignConnectors',
  message:
    "Every connector serves the published rules, but other connectors on the same tunnel get some of the requests: those of another cluster with the same credentials, or a cloudflared run by hand. Stop them; 'cloudflared tunnel info' lists all connectors",
};

function scaledToZero({ metadata: { namespace, name } }: Tunnel): ConnectorReport {
  const command = `kubectl -n ${namespace} scale tunnel ${name} --replicas=2`;
  return {
    status: 'False',
    reason: 'ScaledToZero',
    message: `spec.replicas is 0, so ${VISITORS_GET}. To start connectors: ${command}`,
  };
}

/** A short gap is not reported, and a report from before a restart is kept until the rollout has been observed again. */
function unsettledReport(tunnel: Tunnel, { rollout, wanted, hasAdvanced }: ConnectorFacts): ConnectorReport {
  const before = reportBefore(tunnel);
  const isGap = rollout.wasComplete === true && rollout.replicas === wanted && before?.status === 'True';
  const isStillDown = before?.reason === 'ConnectorsUnavailable' && !hasAdvanced;
  if (before !== undefined && (isGap || isStillDown)) return before as Condition & ConnectorReport;
  return rolling(before?.status === 'True' ? 'True' : 'False');
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

function rolling(status: ConditionStatus): ConnectorReport {
  return { status, reason: 'RollingOut', message: 'Connectors are being updated to the published rules' };
}

function unavailable(status: ConditionStatus, message: string): ConnectorReport {
  return { status, reason: 'ConnectorsUnavailable', message };
}

function newConnectorsFail(tunnel: Tunnel, cause: string): ConnectorReport {
  const message = `New connectors do not become ready, so the connected ones keep serving their current rules: ${cause}. See: ${onPods(tunnel, 'describe pods')}`;
  return unavailable('True', message);
}

function noConnectorRuns(tunnel: Tunnel, cause: string): ConnectorReport {
  return unavailable(
    'False',
    `No connector runs, so ${VISITORS_GET}: ${cause}. See: ${onPods(tunnel, 'describe pods')}`,
  );
}

function tooFewConnected(tunnel: Tunnel, ready: number, wanted: number): ConnectorReport {
  const message = `Only ${ready} of ${wanted} connectors are connected and get all requests. See: ${onPods(tunnel, 'get pods')}`;
  return unavailable('True', message);
}

function noneConnected(tunnel: Tunnel): ConnectorReport {
  const message = `No connector is connected to Cloudflare's edge, so ${VISITORS_GET}. The pods need egress to port 7844 (TCP and UDP). See: ${onPods(tunnel, 'logs')}`;
  return unavailable('False', message);
}

/** The connectors are connected, but do not all run the rules that Cloudflare sends. */
function rulesPending(tunnel: Tunnel, { applied }: ConnectorFacts): ConnectorReport | undefined {
  if (applied === undefined || applied.isApplied) return undefined;
  if (!applied.isLate) return rolling('True');
  const who =
    applied.behind.length === 0
      ? 'Some connectors keep'
      : `${listed(applied.behind)} ${applied.behind.length === 1 ? 'keeps' : 'keep'}`;
  const message = `${who} serving earlier rules than Cloudflare has. The log says why: ${onPods(tunnel, 'logs')}`;
  return { status: 'True', reason: 'RulesNotApplied', message };
}

function onPods(tunnel: Tunnel, command: string): string {
  return `kubectl -n ${tunnel.metadata.namespace} ${command} -l ${selectorText(tunnel)}`;
}

function reportBefore({ status }: Tunnel): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === 'ConnectorsReady');
}
