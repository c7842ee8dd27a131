import { type Condition, EXPOSED } from '../../api/conditions.ts';
import { FINALIZER } from '../../api/names.ts';
import type { ObjectKey, Service } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import { listed } from '../../core/quote.ts';
import { guardingOf, isGuarded } from '../../core/routes/guard.ts';
import { isAsking } from '../../core/routes/parse.ts';
import type { Verdict } from '../../core/routes/table.ts';
import type { Remark } from '../../core/routes/route.ts';
import { type Report, conditionFrom } from '../../core/status/conditions.ts';
import { ENDPOINTS_SETTLE_MS, isUnanswered } from '../../core/status/endpoints.ts';
import { type TunnelNews, describeExposed, remarksOn } from '../../core/status/exposed.ts';
import { type Note, notesFor, notesOnRemarks } from '../../core/status/notes.ts';
import { isOverdue } from '../../core/tunnel/farewell.ts';
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
  if (service === undefined || isAsking(service)) ctx.patience.done(doubtAbout(key));
  if (service === undefined) {
    ctx.patience.done(key);
    return {};
  }
  if (!isAsking(service)) return letGo(ctx, service, pass);
  const guarding = guardingOf(service, ctx.exposureOf(key));
  if (guarding === 'guard') await guard(ctx, service, pass);
  if (guarding === 'release') await release(ctx, service, pass);
  return tell(ctx, ctx.services.get(key) ?? service, pass);
}

async function guard(ctx: ServiceContext, service: Service, pass: Pass): Promise<void> {
  await ctx.objects.setFinalizers(service, [...(service.metadata.finalizers ?? []), FINALIZER], pass.signal);
  ctx.guarded(keyOf(service));
}

async function release(ctx: ServiceContext, service: Service, pass: Pass): Promise<void> {
  await ctx.objects.setFinalizers(service, othersOf(service), pass.signal);
  ctx.released();
}

/** Finalizers that are not ours. */
function othersOf({ metadata }: Service): readonly string[] {
  return (metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
}

async function tell(ctx: ServiceContext, service: Service, pass: Pass): Promise<Outcome> {
  const key = keyOf(service);
  const verdict = ctx.routing().verdicts.get(key);
  if (verdict === undefined) return {};
  const news = verdict.tunnel === undefined ? undefined : ctx.newsOf(verdict.tunnel);
  const current = service.status?.conditions?.[0];
  const unansweredMs = ctx.unansweredMs(key);
  const report = describeExposed(verdict, news, { current, isUnanswered: isUnanswered(unansweredMs, current) });
  const grace = report.reason === 'Progressing' ? graceMs(verdict, news, current) : 0;
  if (grace === 0) ctx.patience.done(key);
  else if (ctx.patience.waitedMs(key) < grace) return { recheckAfterMs: grace };
  const remarks = report.status === 'True' ? remarksOn(verdict, news) : [];
  await writeCondition(ctx, service, report, remarks, pass);
  return report.status === 'True' && unansweredMs !== undefined ? { recheckAfterMs: ENDPOINTS_SETTLE_MS } : {};
}

/** An edit is answered at once. What a restart has yet to read, certificates among it, is read in a moment. */
function graceMs({ problems }: Verdict, news: TunnelNews | undefined, current: Condition | undefined): number {
  if (current === undefined) return ARRIVAL_GRACE_MS;
  return news === undefined || problems.length > 0 ? RESTART_GRACE_MS : 0;
}

async function writeCondition(
  ctx: ServiceContext,
  service: Service,
  report: Report,
  remarks: readonly Remark[],
  pass: Pass,
): Promise<void> {
  const before = service.status?.conditions ?? [];
  const condition = conditionFrom(EXPOSED, report, before, ctx.now());
  if (isSaid(before, condition)) return;
  await ctx.objects.applyStatus(service, { conditions: [condition] }, pass.signal);
  const told = report.gist === undefined ? condition : { ...condition, gist: report.gist };
  const notes = [...notesFor(before, [told]), ...notesOnRemarks(before[0], remarks)];
  for (const note of notes) await ctx.record(service, note, pass.signal);
}

function isSaid([current]: readonly Condition[], { status, reason, message }: Condition): boolean {
  return current?.status === status && current.reason === reason && current.message === message;
}

/** The rule and the record go first; only then does the Service lose our finalizer. */
async function letGo(ctx: ServiceContext, service: Service, pass: Pass): Promise<Outcome> {
  const key = keyOf(service);
  ctx.patience.done(key);
  if (isGuarded(service) && (await mustWait(ctx, service, pass))) return { recheckAfterMs: HELD_RECHECK_MS };
  if (isStaying(service) && (service.status?.conditions ?? []).length > 0)
    await ctx.objects.applyStatus(service, {}, pass.signal);
  if (isGuarded(service)) await release(ctx, ctx.services.get(key) ?? service, pass);
  ctx.patience.done(doubtAbout(key));
  return {};
}

/**
 * A Tunnel that has lost its rules and does not write them again is waited for as long as credentials are anywhere. It
 * finds records that nobody knows by its mark, and removes them when it is resumed or deleted.
 */
async function mustWait(ctx: ServiceContext, service: Service, pass: Pass): Promise<boolean> {
  const key = keyOf(service);
  const hold = ctx.exposureOf(key).hold();
  if (hold.kind !== 'in doubt') {
    ctx.patience.done(doubtAbout(key));
    return hold.kind === 'held';
  }
  if (!isOverdue(ctx.patience.waitedMs(doubtAbout(key)))) return true;
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
