import { type Condition, EXPOSED } from '../../api/conditions.ts';
import type { ObjectKey } from '../../api/objects.ts';
import type { Warning } from '../../core/model/route.ts';
import { saysTheSame } from '../../core/report.ts';
import type { RouteResult } from '../../core/routing/table.ts';
import type { Exposure } from '../../core/sources/source.ts';
import { type Report, conditionFrom } from '../../core/status/conditions.ts';
import { ENDPOINTS_SETTLE_MS, unansweredFor, unansweredServices } from '../../core/status/endpoints.ts';
import { type TunnelObservation, describeExposed, isLive, warningsOn } from '../../core/status/exposed.ts';
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
interface Situation {
  readonly result: RouteResult;
  readonly observation: TunnelObservation | undefined;
  readonly current: Condition | undefined;
  readonly target: string | undefined;
  readonly unanswered: ReadonlyMap<ObjectKey, number>;
}

/** Reports in the condition of a source how it is exposed. */
export async function reportExposure(ctx: ExposureContext, subject: Subject): Promise<Outcome> {
  const exposure = observeExposure(ctx, subject);
  if (exposure === undefined) return {};
  const { result, observation, current, target, unanswered } = exposure;
  const report = describeExposed(result, observation, { current, unanswered: unansweredFor(unanswered, current) });
  const grace = report.reason === 'Progressing' ? graceMs(exposure) : 0;
  if (grace === 0) ctx.waits.end(subject.key);
  else if (ctx.waits.startOrContinue(subject.key) < grace) return { recheckAfterMs: grace };
  const isExposed = report.status === 'True';
  const warnings = isExposed ? warningsOn(result, observation) : [];
  await writeCondition(ctx, subject, { ...report, warnings, target });
  return isExposed && unanswered.size > 0 ? { recheckAfterMs: ENDPOINTS_SETTLE_MS } : {};
}

function observeExposure(ctx: ExposureContext, subject: Subject): Situation | undefined {
  const result = ctx.routing().results.get(subject.key);
  if (result === undefined) return undefined;
  const observation = result.tunnel === undefined ? undefined : ctx.observationOf(result.tunnel);
  return {
    result,
    observation,
    current: ctx.sources.conditionOf(subject.key),
    target: targetToName(ctx, subject, { result, observation }),
    unanswered: unansweredServices(result.routes, ctx.unansweredMs),
  };
}

/** Named once a route is live, and then for as long as there are routes: it does not follow ready pods or connectors. */
function targetToName(
  ctx: ExposureContext,
  subject: Subject,
  { result, observation }: Pick<Situation, 'result' | 'observation'>,
): string | undefined {
  if (!ctx.sources.isStatusOurs(subject)) return undefined;
  const { source, object } = subject;
  const { tunnel, routes } = result;
  const target = tunnel === undefined || routes.length === 0 ? undefined : ctx.targetOf(tunnel);
  if (target === undefined) return undefined;
  const isNamed = source.isReported(object, { target });
  return isNamed || routes.some((route) => isLive(route, observation)) ? target : undefined;
}

/** An edit is answered at once. What a restarted operator has yet to read, such as certificates, is read soon. */
function graceMs({ result, observation, current }: Situation): number {
  if (current === undefined) return ARRIVAL_GRACE_MS;
  if (observation === undefined) return RESTART_GRACE_MS;
  return result.problems.length > 0 ? CERTIFICATES_GRACE_MS : 0;
}

interface ExposureReport extends Report {
  readonly warnings: readonly Warning[];
  readonly target: string | undefined;
}

async function writeCondition(
  ctx: ConditionContext,
  { key, source, object, signal }: Subject,
  report: ExposureReport,
): Promise<void> {
  const current = ctx.sources.conditionOf(key);
  const before = current === undefined ? [] : [current];
  const condition = conditionFrom(EXPOSED, report, before, ctx.now());
  const { eventMessage, warnings, target } = report;
  const exposure: Exposure = target === undefined ? { condition } : { condition, target };
  const isReported = source.isReported(object, exposure);
  if (!isReported) await ctx.objects.applyStatus(object, source.statusWith(object, exposure), signal);
  if (saysTheSame(current, condition)) return;
  ctx.sources.remember(key, condition);
  const after = eventMessage === undefined ? condition : { ...condition, eventMessage };
  // Of an object whose status has no conditions, a restart forgets what was told, and its status shows that it was.
  const wasWarned = current === undefined && isReported && target !== undefined;
  const notes = [...notesFor(before, [after]), ...(wasWarned ? [] : notesOnWarnings(current, warnings))];
  for (const note of notes) await ctx.record(object, note, signal);
}
