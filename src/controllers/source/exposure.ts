import { type Condition, EXPOSED } from '../../api/conditions.ts';
import type { Warning } from '../../core/model/route.ts';
import type { RouteResult } from '../../core/routing/table.ts';
import { type Report, conditionFrom } from '../../core/status/conditions.ts';
import { ENDPOINTS_SETTLE_MS, isUnanswered } from '../../core/status/endpoints.ts';
import { type TunnelObservation, describeExposed, warningsOn } from '../../core/status/exposed.ts';
import { notesFor, notesOnWarnings } from '../../core/status/notes.ts';
import type { Outcome } from '../../runtime/controller.ts';
import type { ConditionContext, ExposureContext, Subject } from './context.ts';

/**
 * After a restart, a condition stays for this long while the Tunnel has not been observed. The first pass over the Tunnel
 * ends it; on a busy machine, or with thousands of Tunnels, that takes a while.
 */
const RESTART_GRACE_MS = 30_000;

/** Certificates that have not been read yet are read within this time, unless reading them fails. */
const CERTIFICATES_GRACE_MS = 5_000;

/** When sources arrive in thousands, all of them get their finalizer before any of them is reported as waiting. */
const ARRIVAL_GRACE_MS = 1_000;

/** Everything that a report is made from. */
interface Exposure {
  readonly result: RouteResult;
  readonly observation: TunnelObservation | undefined;
  readonly current: Condition | undefined;
  readonly unansweredMs: number | undefined;
}

/** Reports in the condition of a source how it is exposed. */
export async function reportExposure(ctx: ExposureContext, subject: Subject): Promise<Outcome> {
  const exposure = observeExposure(ctx, subject);
  if (exposure === undefined) return {};
  const { result, observation, current, unansweredMs } = exposure;
  const report = describeExposed(result, observation, { current, isUnanswered: isUnanswered(unansweredMs, current) });
  const grace = report.reason === 'Progressing' ? graceMs(exposure) : 0;
  if (grace === 0) ctx.waits.end(subject.key);
  else if (ctx.waits.startOrContinue(subject.key) < grace) return { recheckAfterMs: grace };
  const isExposed = report.status === 'True';
  await writeCondition(ctx, subject, { ...report, warnings: isExposed ? warningsOn(result, observation) : [] });
  return isExposed && unansweredMs !== undefined ? { recheckAfterMs: ENDPOINTS_SETTLE_MS } : {};
}

function observeExposure(ctx: ExposureContext, { key, source, object }: Subject): Exposure | undefined {
  const result = ctx.routing().results.get(key);
  return (
    result && {
      result,
      observation: result.tunnel === undefined ? undefined : ctx.observationOf(result.tunnel),
      current: source.conditionOf(object),
      unansweredMs: ctx.unansweredMs(key),
    }
  );
}

/** An edit is answered at once. What a restarted operator has yet to read, such as certificates, is read soon. */
function graceMs({ result, observation, current }: Exposure): number {
  if (current === undefined) return ARRIVAL_GRACE_MS;
  if (observation === undefined) return RESTART_GRACE_MS;
  return result.problems.length > 0 ? CERTIFICATES_GRACE_MS : 0;
}

type ReportWithWarnings = Report & { readonly warnings: readonly Warning[] };

async function writeCondition(
  ctx: ConditionContext,
  { source, object, signal }: Subject,
  report: ReportWithWarnings,
): Promise<void> {
  const current = source.conditionOf(object);
  const before = current === undefined ? [] : [current];
  const condition = conditionFrom(EXPOSED, report, before, ctx.now());
  if (current !== undefined && isSame(current, condition)) return;
  await ctx.objects.applyStatus(object, source.statusWith(object, condition), signal);
  const { eventMessage, warnings } = report;
  const after = eventMessage === undefined ? condition : { ...condition, eventMessage };
  const notes = [...notesFor(before, [after]), ...notesOnWarnings(current, warnings)];
  for (const note of notes) await ctx.record(object, note, signal);
}

function isSame(a: Condition, b: Condition): boolean {
  return a.status === b.status && a.reason === b.reason && a.message === b.message;
}
