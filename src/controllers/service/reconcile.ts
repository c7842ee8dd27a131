import { type Condition, EXPOSED } from '../../api/conditions.ts';
import { FINALIZER } from '../../api/names.ts';
import type { ObjectKey, Service } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import { listed } from '../../core/quote.ts';
import { finalizerAction, hasFinalizer } from '../../core/routing/finalizer.ts';
import { requestsExposure } from '../../core/sources/service/parse.ts';
import type { RouteResult } from '../../core/routing/table.ts';
import type { Warning } from '../../core/model/route.ts';
import { type Report, conditionFrom } from '../../core/status/conditions.ts';
import { ENDPOINTS_SETTLE_MS, isUnanswered } from '../../core/status/endpoints.ts';
import { type TunnelObservation, describeExposed, warningsOn } from '../../core/status/exposed.ts';
import { type Note, notesFor, notesOnWarnings } from '../../core/status/notes.ts';
import { hasTimedOut } from '../../core/tunnel/clean-up-timeout.ts';
import type { Outcome, Pass } from '../../runtime/controller.ts';
import type { ServiceContext } from './context.ts';

/** After a start, what a Service says stands for this long while its Tunnel has not been looked at. */
const RESTART_GRACE_MS = 5_000;

/** Of Services that arrive in thousands, all get their finalizers before any is told that it is waited for. */
const ARRIVAL_GRACE_MS = 1_000;

/** A change of the published rules wakes a held Service; this is for the case that they were lost by hand. */
const HELD_RECHECK_MS = 5_000;

/**
 * Guards a Service with a finalizer just before something of it is published, tells it how it stands, and lets it go
 * when nothing of it is published any more. What is published is the Tunnel controller's work.
 */
export async function reconcileService(ctx: ServiceContext, key: ObjectKey, pass: Pass): Promise<Outcome> {
  const service = ctx.services.get(key);
  if (service === undefined || requestsExposure(service)) ctx.waits.end(doubtAbout(key));
  if (service === undefined) {
    ctx.waits.end(key);
    return {};
  }
  if (!requestsExposure(service)) return letGo(ctx, service, pass);
  const guarding = finalizerAction(service, ctx.publicationStateOf(key));
  if (guarding === 'guard') await guard(ctx, service, pass);
  if (guarding === 'release') await release(ctx, service, pass);
  return tell(ctx, ctx.services.get(key) ?? service, pass);
}

async function guard(ctx: ServiceContext, service: Service, pass: Pass): Promise<void> {
  await ctx.objects.setFinalizers(service, [...(service.metadata.finalizers ?? []), FINALIZER], pass.signal);
  ctx.finalizerAdded(keyOf(service));
}

async function release(ctx: ServiceContext, service: Service, pass: Pass): Promise<void> {
  await ctx.objects.setFinalizers(service, othersOf(service), pass.signal);
  ctx.finalizerRemoved();
}

/** Finalizers that are not ours. */
function othersOf({ metadata }: Service): readonly string[] {
  return (metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
}

async function tell(ctx: ServiceContext, service: Service, pass: Pass): Promise<Outcome> {
  const key = keyOf(service);
  const result = ctx.routing().results.get(key);
  if (result === undefined) return {};
  const observation = result.tunnel === undefined ? undefined : ctx.observationOf(result.tunnel);
  const current = service.status?.conditions?.[0];
  const unansweredMs = ctx.unansweredMs(key);
  const report = describeExposed(result, observation, { current, isUnanswered: isUnanswered(unansweredMs, current) });
  const grace = report.reason === 'Progressing' ? graceMs(result, observation, current) : 0;
  if (grace === 0) ctx.waits.end(key);
  else if (ctx.waits.startOrContinue(key) < grace) return { recheckAfterMs: grace };
  const warnings = report.status === 'True' ? warningsOn(result, observation) : [];
  await writeCondition(ctx, service, report, warnings, pass);
  return report.status === 'True' && unansweredMs !== undefined ? { recheckAfterMs: ENDPOINTS_SETTLE_MS } : {};
}

/** An edit is answered at once. What a restart has yet to read, certificates among it, is read in a moment. */
function graceMs(
  { problems }: RouteResult,
  observation: TunnelObservation | undefined,
  current: Condition | undefined,
): number {
  if (current === undefined) return ARRIVAL_GRACE_MS;
  return observation === undefined || problems.length > 0 ? RESTART_GRACE_MS : 0;
}

async function writeCondition(
  ctx: ServiceContext,
  service: Service,
  report: Report,
  warnings: readonly Warning[],
  pass: Pass,
): Promise<void> {
  const before = service.status?.conditions ?? [];
  const condition = conditionFrom(EXPOSED, report, before, ctx.now());
  if (isSaid(before, condition)) return;
  await ctx.objects.applyStatus(service, { conditions: [condition] }, pass.signal);
  const told = report.eventMessage === undefined ? condition : { ...condition, eventMessage: report.eventMessage };
  const notes = [...notesFor(before, [told]), ...notesOnWarnings(before[0], warnings)];
  for (const note of notes) await ctx.record(service, note, pass.signal);
}

function isSaid([current]: readonly Condition[], { status, reason, message }: Condition): boolean {
  return current?.status === status && current.reason === reason && current.message === message;
}

/** The rule and the record go first; only then does the Service lose our finalizer. */
async function letGo(ctx: ServiceContext, service: Service, pass: Pass): Promise<Outcome> {
  const key = keyOf(service);
  ctx.waits.end(key);
  if (hasFinalizer(service) && (await mustWait(ctx, service, pass))) return { recheckAfterMs: HELD_RECHECK_MS };
  if (isStaying(service) && (service.status?.conditions ?? []).length > 0)
    await ctx.objects.applyStatus(service, {}, pass.signal);
  if (hasFinalizer(service)) await release(ctx, ctx.services.get(key) ?? service, pass);
  ctx.waits.end(doubtAbout(key));
  return {};
}

/**
 * A Tunnel that has lost its rules and does not write them again is waited for as long as credentials are anywhere. It
 * finds records that nobody knows by its mark, and removes them when it is resumed or deleted.
 */
async function mustWait(ctx: ServiceContext, service: Service, pass: Pass): Promise<boolean> {
  const key = keyOf(service);
  const hold = ctx.publicationStateOf(key).hold();
  if (hold.kind !== 'in doubt') {
    ctx.waits.end(doubtAbout(key));
    return hold.kind === 'held';
  }
  if (!hasTimedOut(ctx.waits.startOrContinue(doubtAbout(key)))) return true;
  await ctx.record(service, leftInDoubt(hold.tunnels), pass.signal);
  return false;
}

function doubtAbout(key: ObjectKey): string {
  return `${key} in doubt`;
}

function leftInDoubt(tunnels: readonly ObjectKey[]): Note {
  const message = `It is not known whether a DNS record of this Service still exists, because the ConfigMap with the rules of Tunnel ${listed(tunnels)} is gone. A record that still exists is removed when the Tunnel works again, is resumed or deleted`;
  return { type: 'Warning', reason: 'LeftBehind', message };
}

/** A Service that is deleted can be kept by somebody else's finalizer; one that goes needs no last word. */
function isStaying(service: Service): boolean {
  return service.metadata.deletionTimestamp === undefined || othersOf(service).length > 0;
}
