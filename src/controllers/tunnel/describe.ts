import type { Condition, TunnelPart } from '../../api/conditions.ts';
import type { Tunnel } from '../../api/objects.ts';
import { isManaged } from '../../core/dns/policy.ts';
import { sameJson } from '../../core/equal.ts';
import { keyOf } from '../../core/keys.ts';
import { type Problem, claimOf } from '../../core/model/route.ts';
import type { RouteResult } from '../../core/routing/table.ts';
import { type Found, mergeObservation } from '../../core/status/merge-observation.ts';
import { lacksConnectors } from '../../core/status/connectors.ts';
import { type TunnelReports, isUnsettled, tunnelConditions } from '../../core/status/conditions.ts';
import { isUnanswered } from '../../core/status/endpoints.ts';
import { type TunnelObservation, describeExposed } from '../../core/status/exposed.ts';
import { notesFor } from '../../core/status/notes.ts';
import { describeTunnel } from '../../core/status/tunnel.ts';
import type { Rollout } from '../../core/tunnel/rollout.ts';
import { remoteNameOf, settingsOf } from '../../core/model/tunnel-settings.ts';
import type { Outcome, Pass } from '../../runtime/controller.ts';
import type { Stages } from '../../runtime/stages.ts';
import type { PublishedConfig } from './config.ts';
import { observeRollout, runningImage } from './connectors.ts';
import type { Access, TunnelContext } from './context.ts';
import type { Identity } from './remote.ts';
import { deleting } from './reports.ts';
import type { SyncedRecords } from './sync-records.ts';

/** What a pass has found; a part that did not come about is absent. */
export interface Findings {
  readonly access?: Access | undefined;
  readonly identity?: Identity | undefined;
  readonly config?: PublishedConfig | undefined;
  readonly rollout?: Rollout | undefined;
  /** False: the connectors may come a step further at any moment. */
  readonly isSettled?: boolean | undefined;
  /** Every connected connector has the published rules. */
  readonly isServed?: boolean;
  readonly records?: SyncedRecords | undefined;
}

/** Failures in a row before a part that was ready is said not to be, if the failure is one that mends itself. */
const PATIENCE = 3;

/** Writes what a pass has found: the Tunnel's status, its events, and word for the Services. */
export async function describe(
  ctx: TunnelContext,
  tunnel: Tunnel,
  stages: Stages<TunnelPart>,
  findings: Findings,
  pass: Pass,
): Promise<void> {
  const isStuck = findings.rollout?.gaveUp !== undefined;
  const isStalled = isStuck || stages.failures.some((failure) => failure.disposition === 'stall');
  const parts = keepReady(tunnel, stages, pass);
  const isTransient = stages.failures.every((failure) => failure.disposition === 'retry');
  await writeStatus(ctx, tunnel, { parts, isStalled, isSuspended: false }, findings, pass);
  const blocker = isTransient ? undefined : stages.failures.find(({ reason }) => !TOLD_BY_HOSTNAME.has(reason));
  const connectors = stages.reports.get('ConnectorsReady');
  const isShort = connectors?.reason === 'ConnectorsUnavailable' && findings.isServed !== true;
  const blocked = blocker?.message ?? (isShort ? connectors.message : undefined);
  const found = newsOf(tunnel, findings, { blocked, unconnected: connectors && lacksConnectors(connectors) });
  tellServices(ctx, tunnel, mergeObservation(found, ctx.newsOf(keyOf(tunnel))));
}

/** Failures of some hostnames, whose Services hear of them in their own words. */
const TOLD_BY_HOSTNAME: ReadonlySet<string> = new Set(['RecordsRefused', 'RecordsPending', 'ConfigTooLarge']);

export async function describeSuspended(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<Outcome> {
  await writeStatus(ctx, tunnel, { parts: previousParts(tunnel), isStalled: false, isSuspended: true }, {}, pass);
  return {};
}

/** Writes how the clean-up behind a Tunnel stands. Its Services have been told by the routing table already. */
export async function describeDeleting(
  ctx: TunnelContext,
  tunnel: Tunnel,
  stages: Stages<TunnelPart>,
  pass: Pass,
): Promise<void> {
  stages.report('ConfigReady', deleting('The rules go with the Tunnel'));
  const isStalled = stages.failures.some((failure) => failure.disposition === 'stall');
  const reports = { parts: keepReady(tunnel, stages, pass), isStalled, isSuspended: false, isDeleting: true };
  await writeStatus(ctx, tunnel, reports, { rollout: observeRollout(ctx, tunnel, '') }, pass);
}

/** A hiccup of a remote does not make a part that works unready; only its lasting does. */
function keepReady(tunnel: Tunnel, stages: Stages<TunnelPart>, pass: Pass): TunnelReports['parts'] {
  if (pass.failures >= PATIENCE || stages.failures.some((failure) => failure.disposition !== 'retry'))
    return stages.reports;
  const reasons = new Set(stages.failures.map((failure) => failure.reason));
  const before = previousParts(tunnel);
  const kept = [...before].flatMap(([part, report]) => {
    const now = stages.reports.get(part);
    if (report.status !== 'True' || (now !== undefined && !reasons.has(now.reason))) return [];
    // What was on its way is held up, and somebody waits for it.
    return [[part, now !== undefined && isUnsettled(report) ? { ...now, status: 'True' as const } : report] as const];
  });
  return stages.failures.length === 0 ? stages.reports : new Map([...stages.reports, ...kept]);
}

function previousParts(tunnel: Tunnel): TunnelReports['parts'] {
  const conditions = tunnel.status?.conditions ?? [];
  return new Map(conditions.map((condition) => [condition.type, condition])) as unknown as TunnelReports['parts'];
}

async function writeStatus(
  ctx: TunnelContext,
  tunnel: Tunnel,
  reports: TunnelReports,
  { access, identity, config, rollout }: Findings,
  pass: Pass,
): Promise<void> {
  const before: readonly Condition[] = tunnel.status?.conditions ?? [];
  const conditions = tunnelConditions(reports, before, ctx.now(), tunnel.metadata.generation ?? 0);
  const status = describeTunnel(tunnel, {
    accountId: access?.accountId ?? identity?.accountId,
    tunnelId: identity?.tunnelId,
    tunnelName: remoteNameOf(tunnel, ctx.cluster),
    replicas: rollout?.replicas ?? tunnel.status?.replicas ?? 0,
    readyReplicas: rollout?.ready ?? tunnel.status?.readyReplicas ?? 0,
    routes: countRoutes(ctx, tunnel),
    hostnames: resultsOf(ctx, tunnel).flatMap(({ routes }) => routes.map(({ hostname }) => hostname)),
    configHash: config?.hash,
    image: runningImage(ctx, tunnel),
    conditions,
  });
  if (sameJson(status, tunnel.status)) return;
  await ctx.objects.applyStatus(tunnel, status, pass.signal);
  for (const note of notesFor(before, conditions)) await ctx.record(tunnel, note, pass.signal);
}

function resultsOf(ctx: TunnelContext, tunnel: Tunnel): readonly RouteResult[] {
  return ctx.routing().resultsByTunnel.get(keyOf(tunnel)) ?? [];
}

function countRoutes(ctx: TunnelContext, tunnel: Tunnel): { attached: number; refused: number } {
  const results = resultsOf(ctx, tunnel);
  return {
    attached: results.reduce((sum, result) => sum + result.routes.length, 0),
    refused: results.reduce((sum, result) => sum + result.problems.filter(isRefusal).length, 0),
  };
}

/** What is only waited for is not refused. */
function isRefusal({ reason }: Problem): boolean {
  return reason !== 'Progressing';
}

function newsOf(
  tunnel: Tunnel,
  { config, rollout, records, isServed = false }: Findings,
  notReady: Pick<Found, 'blocked' | 'unconnected'>,
): Found {
  const { dnsMode } = settingsOf(tunnel);
  const refusedRules = new Map(config === undefined ? [] : refusals(tunnel, config));
  const live = (config?.wanted ?? [])
    .filter((route) => !refusedRules.has(claimOf(route)))
    .filter((route) => !isManaged(route, dnsMode) || records?.inPlace.has(route.hostname) === true)
    .map((route) => [claimOf(route), route.source] as const);
  const isComplete = dnsMode === 'Disabled' ? rollout !== undefined : records?.isComplete === true;
  return {
    live: new Map(live),
    recorded: records?.inPlace ?? new Set(),
    isServed,
    refusedRules,
    refused: records?.refused ?? new Map(),
    warnings: records?.warnings ?? new Map(),
    ...notReady,
    isComplete,
  };
}

/** What is wanted and not published, by what it claims: the other paths of a hostname go on. */
function refusals(tunnel: Tunnel, { refused, unfit }: PublishedConfig): readonly (readonly [string, Problem])[] {
  const full = `Tunnel ${keyOf(tunnel)} has no room for it; name another one, or fewer certificates`;
  return [
    ...refused.map(({ route, why }) => [claimOf(route), { reason: 'InvalidAnnotation', message: why }] as const),
    ...unfit.map(
      (route) => [claimOf(route), { reason: 'TunnelNotReady', message: `${claimOf(route)}: ${full}` }] as const,
    ),
  ];
}

/** Wakes the Services that have something new to say; the others would only find what they know. */
function tellServices(ctx: TunnelContext, tunnel: Tunnel, observation: TunnelObservation): void {
  ctx.postObservation(keyOf(tunnel), observation);
  const changed = resultsOf(ctx, tunnel).filter((result) => {
    const current = ctx.sources.conditionOf(result.source);
    const unansweredMs = ctx.unansweredMs(result.source);
    const report = describeExposed(result, observation, { current, isUnanswered: isUnanswered(unansweredMs, current) });
    return current?.reason !== report.reason || current.message !== report.message;
  });
  ctx.wakeServices(changed.map((result) => result.source));
}
