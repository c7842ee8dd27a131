/** Decides what a Tunnel reports about its connectors, and what that means for its Services. */
import type { Condition, ConditionStatus, TunnelReason } from '../../api/conditions.ts';
import type { Tunnel } from '../../api/objects.ts';
import { ownedNames, selectorLabels } from '../owned.ts';
import { listed } from '../quote.ts';
import { type PodTrouble, withoutPodNames } from '../tunnel/pod-trouble.ts';
import type { Rollout } from '../tunnel/rollout.ts';

/** What is known of the connectors of a Tunnel. */
export interface ConnectorFacts {
  readonly rollout: Rollout;
  readonly wanted: number;
  /** Connectors on the tunnel that are not this Tunnel's pods. */
  readonly foreign: number;
  /** The rollout has made no progress for so long that something must be wrong. */
  readonly isSettled: boolean;
  /** The rollout has made progress since it was first observed. */
  readonly hasAdvanced: boolean;
  /** What keeps pods from becoming ready; looked for once the rollout is settled. */
  readonly trouble: PodTrouble | undefined;
}

interface ConnectorReport {
  readonly status: ConditionStatus;
  readonly reason: TunnelReason;
  readonly message: string;
}

/** What a visitor gets while no connector is connected. */
const NOBODY = 'visitors get HTTP 530 (error 1033)';

/**
 * A Tunnel that works stays ready while its connectors are replaced, and while some of them are missing. One without a
 * connected connector is not ready, which is said once it has lasted for a few seconds.
 */
export function connectorsReport(tunnel: Tunnel, facts: ConnectorFacts): ConnectorReport {
  const { rollout, wanted, foreign } = facts;
  if (wanted === 0) return scaledToZero(tunnel);
  if (rollout.kind === 'complete') return foreign > 0 ? FOREIGN : AVAILABLE;
  return facts.isSettled ? settledReport(tunnel, facts) : passingReport(tunnel, facts);
}

/** Whether every connector that is connected has the published rules. Fewer than wanted count once they are settled. */
export function servesRules({ kind }: Rollout, isSettled: boolean): boolean {
  return kind === 'complete' || (kind === 'partial' && isSettled);
}

/** Why visitors of the Tunnel get no answer; `undefined`: a connector is connected, or it is not known. */
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
    "Every connector serves the published rules, but connectors that are not this Tunnel's are on its tunnel too, and get some of the requests: another cluster with the same credentials, or a cloudflared run by hand. Stop them; 'cloudflared tunnel info' lists them all",
};

function scaledToZero({ metadata: { namespace, name } }: Tunnel): ConnectorReport {
  const command = `kubectl -n ${namespace} scale tunnel ${name} --replicas=2`;
  return {
    status: 'False',
    reason: 'ScaledToZero',
    message: `spec.replicas is 0, so ${NOBODY}. To serve again: ${command}`,
  };
}

/** A gap of a moment is not reported, and what was reported before a restart stands until it is looked at again. */
function passingReport(tunnel: Tunnel, { rollout, wanted, hasAdvanced }: ConnectorFacts): ConnectorReport {
  const before = reportBefore(tunnel);
  const isGap = rollout.wasComplete === true && rollout.replicas === wanted && before?.status === 'True';
  const isKnown = before?.reason === 'ConnectorsUnavailable' && !hasAdvanced;
  if (before !== undefined && (isGap || isKnown)) return before as Condition & ConnectorReport;
  return rolling(before?.status === 'True' ? 'True' : 'False');
}

function settledReport(tunnel: Tunnel, facts: ConnectorFacts): ConnectorReport {
  const { rollout, wanted, trouble } = facts;
  const cause = causeOf(tunnel, facts);
  const isConnected = rollout.ready > 0;
  if (isConnected && rollout.kind === 'rolling' && trouble?.kind === 'unconnected')
    return newOnesFail(tunnel, 'they run, but do not connect to the edge');
  if (cause !== undefined) return isConnected ? newOnesFail(tunnel, cause) : noneRuns(tunnel, cause);
  if (trouble === undefined && rollout.wasComplete !== true) return rolling(isConnected ? 'True' : 'False');
  return isConnected ? tooFew(tunnel, rollout.ready, wanted) : noneConnected(tunnel);
}

function causeOf(tunnel: Tunnel, { rollout, trouble }: ConnectorFacts): string | undefined {
  const why = rollout.refusal ?? (trouble?.kind === 'broken' ? trouble.why : undefined);
  const words = why ?? (trouble === undefined ? rollout.gaveUp : undefined);
  if (words === undefined) return undefined;
  return listed([withoutPodNames(words, ownedNames(tunnel).workload).replace(/\.$/, '')]);
}

function rolling(status: ConditionStatus): ConnectorReport {
  return { status, reason: 'RollingOut', message: 'Connectors are being updated to the published rules' };
}

function unavailable(status: ConditionStatus, message: string): ConnectorReport {
  return { status, reason: 'ConnectorsUnavailable', message };
}

function newOnesFail(tunnel: Tunnel, cause: string): ConnectorReport {
  const message = `New connectors do not become ready, and those that are connected keep serving their current rules: ${cause}. See: ${onPods(tunnel, 'describe pods')}`;
  return unavailable('True', message);
}

function noneRuns(tunnel: Tunnel, cause: string): ConnectorReport {
  return unavailable('False', `No connector runs, so ${NOBODY}: ${cause}. See: ${onPods(tunnel, 'describe pods')}`);
}

function tooFew(tunnel: Tunnel, ready: number, wanted: number): ConnectorReport {
  const message = `Only ${ready} of ${wanted} connectors are connected, and get all requests. See: ${onPods(tunnel, 'get pods')}`;
  return unavailable('True', message);
}

function noneConnected(tunnel: Tunnel): ConnectorReport {
  const message = `No connector is connected to Cloudflare's edge, so ${NOBODY}. The pods need egress to port 7844, TCP and UDP. See: ${onPods(tunnel, 'logs')}`;
  return unavailable('False', message);
}

function onPods(tunnel: Tunnel, command: string): string {
  const labels = Object.entries(selectorLabels(tunnel)).map(([key, value]) => `${key}=${value}`);
  return `kubectl -n ${tunnel.metadata.namespace} ${command} -l ${labels.join(',')}`;
}

function reportBefore({ status }: Tunnel): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === 'ConnectorsReady');
}
