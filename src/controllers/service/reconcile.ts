import { type Condition, EXPOSED } from '../../api/conditions.ts';
import { FINALIZER } from '../../api/names.ts';
import type { ObjectKey, Service } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import { guardingOf, isGuarded } from '../../core/routes/guard.ts';
import { isAsking } from '../../core/routes/parse.ts';
import type { Remark } from '../../core/routes/route.ts';
import { type Report, conditionFrom } from '../../core/status/conditions.ts';
import { describeExposed, remarksOn } from '../../core/status/exposed.ts';
import { notesFor, notesOnRemarks } from '../../core/status/notes.ts';
import type { Outcome, Pass } from '../../runtime/controller.ts';
import type { ServiceContext } from './context.ts';

/** Waiting is not worth a word, nor a write, before it has lasted this long. */
const PROGRESS_GRACE_MS = 5_000;

/** A change of the published rules wakes a held Service; this is for the case that they were lost by hand. */
const HELD_RECHECK_MS = 5_000;

/**
 * Guards a Service with a finalizer just before something of it is published, tells it how it stands, and lets it go
 * when nothing of it is published any more. What is published is the Tunnel controller's work.
 */
export async function reconcileService(ctx: ServiceContext, key: ObjectKey, pass: Pass): Promise<Outcome> {
  const service = ctx.services.get(key);
  if (service === undefined) {
    ctx.patience.done(key);
    return {};
  }
  if (!isAsking(service)) return letGo(ctx, key, service, pass);
  const guarding = guardingOf(service, ctx.exposureOf(key));
  if (guarding === 'guard') await guard(ctx, service, pass);
  if (guarding === 'release') await release(ctx, service, pass);
  return tell(ctx, key, ctx.services.get(key) ?? service, pass);
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

async function tell(ctx: ServiceContext, key: ObjectKey, service: Service, pass: Pass): Promise<Outcome> {
  const verdict = ctx.routing().verdicts.get(key);
  if (verdict === undefined) return {};
  const news = verdict.tunnel === undefined ? undefined : ctx.newsOf(verdict.tunnel);
  const report = describeExposed(verdict, news, service.status?.conditions?.[0]);
  if (report.reason !== 'Progressing') ctx.patience.done(key);
  else if (ctx.patience.waitedMs(key) < PROGRESS_GRACE_MS) return { recheckAfterMs: PROGRESS_GRACE_MS };
  const remarks = report.status === 'True' ? remarksOn(verdict, news) : [];
  await writeCondition(ctx, service, report, remarks, pass);
  return {};
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
  if (isGuarded(service) && ctx.exposureOf(key).isHeld()) return { recheckAfterMs: HELD_RECHECK_MS };
  if (isStaying(service) && (service.status?.conditions ?? []).length > 0)
    await ctx.objects.applyStatus(service, {}, pass.signal);
  if (isGuarded(service)) await release(ctx, ctx.services.get(key) ?? service, pass);
  return {};
}

/** A Service that is deleted can be kept by somebody else's finalizer; one that goes needs no last word. */
function isStaying(service: Service): boolean {
  return service.metadata.deletionTimestamp === undefined || othersOf(service).length > 0;
}
