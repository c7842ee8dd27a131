/** Writes the status of a Tunnel and its events, and tells its Services what a pass has found. */
import type { Condition } from '../../../api/conditions.ts';
import type { ObjectKey } from '../../../api/objects.ts';
import type { TunnelStatus } from '../../../api/tunnel.gen.ts';
import { sameJson } from '../../../core/equal.ts';
import type { Problem } from '../../../core/model/route.ts';
import type { SourceKey } from '../../../core/model/source.ts';
import type { RouteResult, RoutingTable } from '../../../core/routing/table.ts';
import { type TunnelReports, tunnelConditions } from '../../../core/status/conditions.ts';
import { lacksConnectors } from '../../../core/status/connectors.ts';
import { unansweredFor, unansweredServices } from '../../../core/status/endpoints.ts';
import { type TunnelObservation, describeExposed } from '../../../core/status/exposed.ts';
import { mergeObservation } from '../../../core/status/merge-observation.ts';
import { notesFor } from '../../../core/status/notes.ts';
import { observeTunnel } from '../../../core/status/observe-tunnel.ts';
import { suspendedObservation } from '../../../core/status/suspended.ts';
import { describeTunnel } from '../../../core/status/tunnel.ts';
import { blockerOf, isStalled, partsToReport, previousParts } from '../../../core/status/tunnel-parts.ts';
import { reconcileRequest } from '../../../core/tunnel/reconcile-request.ts';
import type { Access, Objects, Recorder } from '../pass/ports.ts';
import { type ObservedConnectors, type RolloutPort, observeRollout, runningImage } from '../steps/connectors.ts';
import type { SyncedRecords } from '../steps/dns-records/sync.ts';
import type { PublishedConfig } from '../steps/rules.ts';
import type { Identity } from '../steps/remote-tunnel.ts';
import type { TokenRotation } from '../steps/token-rotation.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';

export interface StatusPort extends RolloutPort, Pick<Recorder, 'record'> {
  /** What the status of a source says about its exposure. */
  readonly sources: { conditionOf(source: SourceKey): Condition | undefined };
  readonly routing: () => RoutingTable;
  readonly objects: Pick<Objects, 'applyStatus'>;
  /** RFC 3339, second precision. */
  readonly now: () => string;
  /** For how long a Service has had no ready endpoint; `undefined`: it has one, or this is unknown. */
  readonly unansweredMs: (service: ObjectKey) => number | undefined;
  readonly observationOf: (tunnel: ObjectKey) => TunnelObservation | undefined;
  /** Hands an observation to the Services of the Tunnel. */
  readonly postObservation: (tunnel: ObjectKey, observation: TunnelObservation | undefined) => void;
  readonly wakeServices: (services: readonly ObjectKey[]) => void;
}

/** What a pass has found; the fact of a step that failed is absent. */
export interface Findings {
  readonly access?: Access | undefined;
  readonly identity?: Identity | undefined;
  readonly rotation?: TokenRotation | undefined;
  readonly config?: PublishedConfig | undefined;
  readonly connectors?: ObservedConnectors | undefined;
  /** Every connected connector has the published rules. */
  readonly isServed?: boolean;
  readonly records?: SyncedRecords | undefined;
}

export async function describePass(port: StatusPort, pass: TunnelPass, findings: Findings): Promise<void> {
  const { reports, failures, blockers } = pass.stages;
  const isStuck = findings.connectors?.rollout.gaveUp !== undefined;
  const summary = { reports, failures, failedPasses: pass.failures };
  const parts = partsToReport(pass.tunnel, summary);
  await writeStatus(port, pass, {
    reports: { parts, blockers, isStalled: isStuck || isStalled(summary), isSuspended: false },
    findings,
    reconciled: reconcileRequest(pass.tunnel),
  });
  const { isServed = false } = findings;
  const connectors = reports.get('ConnectorsReady');
  const found = observeTunnel(pass, {
    ...findings,
    isServed,
    connected: findings.connectors?.rollout.ready,
    blocked: blockerOf(summary, isServed),
    unconnected: connectors && lacksConnectors(connectors),
  });
  informServices(port, pass, mergeObservation(found, port.observationOf(pass.key)));
}

/** `unprotected`: why the objects of the Tunnel do not survive every way of deleting it. */
export async function describeSuspended(port: StatusPort, pass: TunnelPass, unprotected?: string): Promise<void> {
  const reports = { parts: previousParts(pass.tunnel), isStalled: false, isSuspended: true, unprotected };
  await writeStatus(port, pass, { reports, findings: {} });
  informServices(port, pass, suspendedObservation(pass.key, port.observationOf(pass.key)));
}

/** The Services get this from the routing table. */
export async function describeDeleting(port: StatusPort, pass: TunnelPass): Promise<void> {
  const { stages, tunnel } = pass;
  stages.report('ConfigReady', {
    status: 'Unknown',
    reason: 'Deleting',
    message: 'The rules are deleted together with the Tunnel',
  });
  const summary = { reports: stages.reports, failures: stages.failures, failedPasses: pass.failures };
  const parts = partsToReport(tunnel, summary);
  const reports = { parts, isStalled: isStalled(summary), isSuspended: false, isDeleting: true };
  await writeStatus(port, pass, { reports, findings: {}, rollout: observeRollout(port, pass, '') });
}

interface Description {
  readonly reports: TunnelReports;
  readonly findings: Findings;
  readonly rollout?: ObservedConnectors['rollout'];
  /** The request to reconcile that the pass answers. */
  readonly reconciled?: string | undefined;
}

async function writeStatus(port: StatusPort, pass: TunnelPass, description: Description): Promise<void> {
  const { tunnel, signal } = pass;
  const { access, identity, rotation, config, connectors } = description.findings;
  const rollout = description.rollout ?? connectors?.rollout;
  const before = tunnel.status?.conditions ?? [];
  const conditions = tunnelConditions(description.reports, before, port.now(), tunnel.metadata.generation ?? 0);
  const results = resultsOf(port, pass);
  const status = describeTunnel(tunnel, {
    accountId: access?.accountId ?? identity?.accountId,
    tunnelId: identity?.tunnelId,
    tunnelName: pass.remoteName,
    replicas: rollout?.replicas ?? tunnel.status?.replicas ?? 0,
    readyReplicas: rollout?.ready ?? tunnel.status?.readyReplicas ?? 0,
    routes: countRoutes(results),
    hostnames: results.flatMap(({ routes }) => routes.map(({ hostname }) => hostname)),
    config: config && publishedStatus(config),
    rotation: rotation?.record,
    reconciled: description.reconciled,
    image: runningImage(port, pass),
    conditions,
  });
  if (sameJson(status, tunnel.status)) return;
  await port.objects.applyStatus(tunnel, status, signal);
  for (const note of notesFor(before, conditions)) await port.record(tunnel, note, signal);
}

/** The schema allows no more. Those that are not named stay until they are. */
const MAX_EXISTING_RULES = 1000;

function publishedStatus({ hash, remote }: PublishedConfig): TunnelStatus['config'] {
  if (remote === undefined) return { hash };
  const { version, existing } = remote;
  return { hash, version, ...(existing.length === 0 ? {} : { existingRules: existing.slice(0, MAX_EXISTING_RULES) }) };
}

function resultsOf({ routing }: Pick<StatusPort, 'routing'>, { key }: TunnelPass): readonly RouteResult[] {
  return routing().resultsByTunnel.get(key) ?? [];
}

function countRoutes(results: readonly RouteResult[]): { attached: number; refused: number } {
  return {
    attached: results.reduce((sum, result) => sum + result.routes.length, 0),
    refused: results.reduce((sum, result) => sum + result.problems.filter(isRefusal).length, 0),
  };
}

/** What is only waited for is not refused. */
function isRefusal({ reason }: Problem): boolean {
  return reason !== 'Progressing';
}

/** Wakes only the Services whose condition changes. */
function informServices(port: StatusPort, pass: TunnelPass, observation: TunnelObservation): void {
  port.postObservation(pass.key, observation);
  const changed = resultsOf(port, pass).filter((result) => {
    const current = port.sources.conditionOf(result.source);
    const unanswered = unansweredFor(unansweredServices(result.routes, port.unansweredMs), current);
    const report = describeExposed(result, observation, { current, unanswered });
    return current?.reason !== report.reason || current.message !== report.message;
  });
  port.wakeServices(changed.map((result) => result.source));
}
