import { type Condition, EXPOSED } from '../../api/conditions.ts';
import { FINALIZER } from '../../api/names.ts';
import type { ObjectKey, Service } from '../../api/objects.ts';
import { listed } from '../../core/quote.ts';
import { isAsking } from '../../core/routes/parse.ts';
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
 * Guards a Service that asks to be exposed with a finalizer, tells it how it stands, and lets it go when nothing of it
 * is published any more. What is published is the Tunnel controller's work.
 */
export async function reconcileService(ctx: ServiceContext, key: ObjectKey, pass: Pass): Promise<Outcome> {
  const service = ctx.services.get(key);
  if (service === undefined) {
    ctx.patience.done(key);
    return {};
  }
  if (!isAsking(service)) return letGo(ctx, key, service, pass);
  const finalizers = service.metadata.finalizers ?? [];
  if (finalizers.includes(FINALIZER)) return tell(ctx, key, service, pass);
  await ctx.objects.setFinalizers(service, [...finalizers, FINALIZER], pass.signal);
  ctx.routingChanged();
  // Our own write is no event, and a Service that no Tunnel knows is woken by none.
  return tell(ctx, key, ctx.services.get(key) ?? service, pass);
}

async function tell(ctx: ServiceContext, key: ObjectKey, service: Service, pass: Pass): Promise<Outcome> {
  const verdict = ctx.routing().verdicts.get(key);
  if (verdict === undefined) return {};
  const news = verdict.tunnel === undefined ? undefined : ctx.newsOf(verdict.tunnel);
  const current = service.status?.conditions?.[0];
  const unansweredMs = ctx.unansweredMs(key);
  const report = describeExposed(verdict, news, { current, isUnanswered: isUnanswered(unansweredMs, current) });
  const grace = report.reason === 'Progressing' ? graceMs(news, current) : 0;
  if (grace === 0) ctx.patience.done(key);
  else if (ctx.patience.waitedMs(key) < grace) return { recheckAfterMs: grace };
  const remarks = report.status === 'True' ? remarksOn(verdict, news) : [];
  await writeCondition(ctx, service, report, remarks, pass);
  return report.status === 'True' && unansweredMs !== undefined ? { recheckAfterMs: ENDPOINTS_SETTLE_MS } : {};
}

/** An edit is answered at once. */
function graceMs(news: TunnelNews | undefined, current: Condition | undefined): number {
  if (current === undefined) return ARRIVAL_GRACE_MS;
  return news === undefined ? RESTART_GRACE_MS : 0;
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
async function letGo(ctx: ServiceContext, key: ObjectKey, service: Service, pass: Pass): Promise<Outcome> {
  ctx.patience.done(key);
  const finalizers = service.metadata.finalizers ?? [];
  const isGuarded = finalizers.includes(FINALIZER);
  if (isGuarded && (await mustWait(ctx, key, service, pass))) return { recheckAfterMs: HELD_RECHECK_MS };
  if (isStaying(service) && (service.status?.conditions ?? []).length > 0)
    await ctx.objects.applyStatus(service, {}, pass.signal);
  if (!isGuarded) return {};
  const current = ctx.services.get(key) ?? service;
  await ctx.objects.setFinalizers(
    current,
    finalizers.filter((finalizer) => finalizer !== FINALIZER),
    pass.signal,
  );
  ctx.patience.done(doubtAbout(key));
  return {};
}

/**
 * A Tunnel that has lost its rules and does not write them again is waited for as long as credentials are anywhere. It
 * finds records that nobody knows by its mark, and removes them when it is resumed or deleted.
 */
async function mustWait(ctx: ServiceContext, key: ObjectKey, service: Service, pass: Pass): Promise<boolean> {
  const hold = ctx.holdOn(key);
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
  const message = `Nobody can tell whether a record of this Service is left: the ConfigMap with the rules of Tunnel ${listed(tunnels)} is gone. What is left is removed when the Tunnel is resumed or deleted`;
  return { type: 'Warning', reason: 'LeftBehind', message };
}

/** A Service that is deleted can be kept by somebody else's finalizer; one that goes needs no last word. */
function isStaying({ metadata }: Service): boolean {
  const others = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
  return metadata.deletionTimestamp === undefined || others.length > 0;
}
