import { type Condition, EXPOSED } from '../../api/conditions.ts';
import type { ObjectKey } from '../../api/objects.ts';
import type { Warning } from '../../core/model/route.ts';
import { saysTheSame } from '../../core/report.ts';
import { type RouteResult, resultsOf } from '../../core/routing/table.ts';
import type { Exposure } from '../../core/sources/source.ts';
import { type Report, conditionFrom } from '../../core/status/conditions.ts';
import { ENDPOINTS_SETTLE_MS, unansweredFor, unansweredServices } from '../../core/status/endpoints.ts';
import { type TunnelObservation, describeExposed, isLive, warningsOn } from '../../core/status/exposed.ts';
import { notesFor, notesOnWarnings } from '../../core/status/notes.ts';
import { summaryOf } from '../../core/status/summary.ts';
import type { Outcome } from '../../runtime/controller.ts';
import type { ConditionContext, ExposureContext, Subject } from './context.ts';
import { writeStatus } from './status.ts';

/**
 * After a restart, a condition stays for this long while the Tunnel has not been observed. The first pass over the Tunnel
 * ends it; on a busy machine, or with thousands of Tunnels, that takes a while.
 */
const RESTART_GRACE_MS = 30_000;

/** Certificates that have not been read yet are read within this time, unless reading them fails. */
const CERTIFICATES_GRACE_MS = 5_000;

/** When sources arrive in thousands, all of them get their finalizer before any of them is reported as waiting. */
const ARRIVAL_GRACE_MS = 1_000;

/** Everything that a report about the routes at one Tunnel is made from. */
interface Situation {
  readonly result: RouteResult;
  readonly observation: TunnelObservation | undefined;
  readonly target: string | undefined;
  readonly unanswered: ReadonlyMap<ObjectKey, number>;
}

/** Reports in the condition of a source how it is exposed. */
export async function reportExposure(ctx: ExposureContext, subject: Subject): Promise<Outcome> {
  const situations = resultsOf(ctx.routing(), subject.key).map((result) => observe(ctx, subject, result));
  if (situations.length === 0) return {};
  const current = ctx.sources.conditionOf(subject.key);
  const report = summaryOf(situations.map((one) => describe(one, current)));
  const grace = report.reason === 'Progressing' ? Math.max(...situations.map((one) => graceMs(one, current))) : 0;
  if (grace === 0) ctx.waits.end(subject.key);
  else if (ctx.waits.startOrContinue(subject.key) < grace) return { recheckAfterMs: grace };
  const isExposed = report.status === 'True';
  await writeCondition(ctx, subject, { report, current, ...exposureOf(situations, isExposed) });
  const isUnanswered = situations.some(({ unanswered }) => unanswered.size > 0);
  return isExposed && isUnanswered ? { recheckAfterMs: ENDPOINTS_SETTLE_MS } : {};
}

function observe(ctx: ExposureContext, subject: Subject, result: RouteResult): Situation {
  const observation = result.tunnel === undefined ? undefined : ctx.observationOf(result.tunnel);
  return {
    result,
    observation,
    target: targetToName(ctx, subject, { result, observation }),
    unanswered: unansweredServices(result.routes, ctx.unansweredMs),
  };
}

function describe({ result, observation, unanswered }: Situation, current: Condition | undefined): Report {
  return describeExposed(result, observation, { current, unanswered: unansweredFor(unanswered, current) });
}

interface Told {
  readonly told: Pick<Exposure, 'target' | 'parents' | 'isRefused'>;
  readonly warnings: readonly Warning[];
}

/** What is told besides the condition. */
function exposureOf(situations: readonly Situation[], isExposed: boolean): Told {
  const target = situations.find((one) => one.target !== undefined)?.target;
  const parents = situations.find(({ result }) => result.parents !== undefined)?.result.parents;
  const isRefused = situations.every(({ result }) => result.routes.length === 0 && result.problems.length > 0);
  return {
    told: {
      ...(target === undefined ? {} : { target }),
      ...(parents === undefined ? {} : { parents }),
      ...(isRefused ? { isRefused } : {}),
    },
    warnings: isExposed ? situations.flatMap(({ result, observation }) => warningsOn(result, observation)) : [],
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
function graceMs({ result, observation }: Situation, current: Condition | undefined): number {
  if (current === undefined) return ARRIVAL_GRACE_MS;
  if (observation === undefined) return RESTART_GRACE_MS;
  return result.problems.length > 0 ? CERTIFICATES_GRACE_MS : 0;
}

interface ExposureReport extends Told {
  readonly report: Report;
  readonly current: Condition | undefined;
}

async function writeCondition(
  ctx: ConditionContext,
  subject: Subject,
  { report, current, told, warnings }: ExposureReport,
): Promise<void> {
  const { key, object, signal } = subject;
  const { eventMessage } = report;
  const before = current === undefined ? [] : [current];
  const now = ctx.now();
  const condition = conditionFrom(EXPOSED, report, before, now);
  const isWritten = await writeStatus(ctx, subject, { ...told, condition, now });
  if (saysTheSame(current, condition)) return;
  ctx.sources.remember(key, condition);
  const after = eventMessage === undefined ? condition : { ...condition, eventMessage };
  // Of an object whose status has no conditions, a restart forgets what was told, and its status shows that it was.
  const wasWarned = current === undefined && !isWritten && told.target !== undefined;
  const notes = [...notesFor(before, [after]), ...(wasWarned ? [] : notesOnWarnings(current, warnings))];
  for (const note of notes) await ctx.record(object, note, signal);
}
