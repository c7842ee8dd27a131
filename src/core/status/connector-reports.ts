/** What the condition `ConnectorsReady` says: what visitors get, and the next step. */
import type { ConditionStatus, TunnelReason } from '../../api/conditions.ts';
import type { Tunnel } from '../../api/objects.ts';
import { selectorText } from '../owned.ts';
import { listed } from '../quote.ts';

export interface ConnectorReport {
  readonly status: ConditionStatus;
  readonly reason: TunnelReason;
  readonly message: string;
}

/** What visitors get while no connector is connected. */
const VISITORS_GET = 'visitors get HTTP 530 (error 1033)';

export const AVAILABLE: ConnectorReport = {
  status: 'True',
  reason: 'ConnectorsAvailable',
  message: 'Every connector serves the published rules',
};

export const FOREIGN: ConnectorReport = {
  status: 'True',
  reason: 'ForeignConnectors',
  message:
    "Every connector serves the published rules, but other connectors on the same tunnel get some of the requests: those of another cluster with the same credentials, or a cloudflared run by hand. Stop them; 'cloudflared tunnel info' lists all connectors",
};

export function scaledToZero({ metadata: { namespace, name } }: Tunnel): ConnectorReport {
  const command = `kubectl -n ${namespace} scale tunnel ${name} --replicas=2`;
  return {
    status: 'False',
    reason: 'ScaledToZero',
    message: `spec.replicas is 0, so ${VISITORS_GET}. To start connectors: ${command}`,
  };
}

export function rolling(status: ConditionStatus): ConnectorReport {
  return { status, reason: 'RollingOut', message: 'Connectors are being updated to the published rules' };
}

function unavailable(status: ConditionStatus, message: string): ConnectorReport {
  return { status, reason: 'ConnectorsUnavailable', message };
}

export function newConnectorsFail(tunnel: Tunnel, cause: string): ConnectorReport {
  const message = `New connectors do not become ready, so the connected ones keep serving their current rules: ${cause}. See: ${onPods(tunnel, 'describe pods')}`;
  return unavailable('True', message);
}

export function noConnectorRuns(tunnel: Tunnel, cause: string): ConnectorReport {
  return unavailable(
    'False',
    `No connector runs, so ${VISITORS_GET}: ${cause}. See: ${onPods(tunnel, 'describe pods')}`,
  );
}

export function tooFewConnected(tunnel: Tunnel, ready: number, wanted: number): ConnectorReport {
  const message = `Only ${ready} of ${wanted} connectors are connected and get all requests. See: ${onPods(tunnel, 'get pods')}`;
  return unavailable('True', message);
}

export function noneConnected(tunnel: Tunnel): ConnectorReport {
  const message = `No connector is connected to Cloudflare's edge, so ${VISITORS_GET}. The pods need egress to port 7844 (TCP and UDP). See: ${onPods(tunnel, 'logs')}`;
  return unavailable('False', message);
}

export function rulesNotApplied(tunnel: Tunnel, behind: readonly string[]): ConnectorReport {
  const who =
    behind.length === 0 ? 'Some connectors keep' : `${listed(behind)} ${behind.length === 1 ? 'keeps' : 'keep'}`;
  const message = `${who} serving earlier rules than Cloudflare has. The log says why: ${onPods(tunnel, 'logs')}`;
  return { status: 'True', reason: 'RulesNotApplied', message };
}

function onPods(tunnel: Tunnel, command: string): string {
  return `kubectl -n ${tunnel.metadata.namespace} ${command} -l ${selectorText(tunnel)}`;
}
