import type { TunnelPart } from '../../api/conditions.ts';
import { FINALIZER } from '../../api/names.ts';
import type { Tunnel } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import { tunnelDeleted } from '../../core/tunnel/changes.ts';
import {
  type Leftovers,
  describeLeftovers,
  lacksCredentials,
  hasTimedOut,
} from '../../core/tunnel/clean-up-timeout.ts';
import { remoteNameOf, settingsOf } from '../../core/model/tunnel-settings.ts';
import type { Outcome, Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import { Stages } from '../../runtime/stages.ts';
import { deleteRecords, deleteRemote, findTrace, identify, openLastAccess, stopConnectors } from './clean-up.ts';
import type { TunnelContext } from './context.ts';
import { describeDeleting } from './describe.ts';
import { SECRET_POLL_MS, rememberPass, waitsForBackoff } from './last-pass.ts';
import { managedHostnames, markOf } from './records.ts';
import { release } from './release.ts';
import { CREDENTIALS_ACCEPTED, deleting, leftBehind, stagesOf } from './reports.ts';
import { settleOwners } from './retain.ts';
import { waitOf } from './waits.ts';

const CONNECTORS_RECHECK_MS = 2_000;

interface Job {
  readonly ctx: TunnelContext;
  readonly tunnel: Tunnel;
  readonly stages: Stages<TunnelPart>;
  readonly pass: Pass;
}

/**
 * Cleans up behind a Tunnel, then lets it go: records, connectors, connections, tunnel, finalizers of its Services, its
 * own. What holds it up is in the conditions; what could not be removed at all is named. Owned objects go with the
 * Tunnel by their owner reference; those of a suspended Tunnel lose it first, and stay.
 */
export async function finalizeTunnel(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<Outcome> {
  if (tunnel.metadata.finalizers?.includes(FINALIZER) !== true) return {};
  if (ctx.isCleanedUp(tunnel)) return release(ctx, tunnel, pass);
  const isOurs = settingsOf(tunnel).deletionPolicy === 'Delete' && tunnel.spec.suspend !== true;
  await settleOwners(ctx, tunnel, pass);
  if (!isOurs) return release(ctx, tunnel, pass);
  const idle = await waitsForBackoff(ctx, tunnel, pass);
  if (idle !== undefined && !isGivenUp(ctx, tunnel, idle.failures))
    return { recheckAfterMs: SECRET_POLL_MS, failures: idle.failures };

  const stages = stagesOf(tunnel, pass);
  const job = { ctx, tunnel, stages, pass };
  const remains = await cleanUp(job);
  if (remains === undefined) return tellHeldUp(job);
  const failures = await reportLeftovers(job, remains);
  const outcome = await release(ctx, tunnel, pass);
  return { ...outcome, failures: [...failures, ...(outcome.failures ?? [])] };
}

/** What is left at Cloudflare; `undefined`: the clean-up is not over yet. */
async function cleanUp(job: Job): Promise<Leftovers | undefined> {
  const { ctx, tunnel, stages, pass } = job;
  const trace = await stages.run('TunnelReady', () => findTrace(ctx, tunnel, pass));
  if (trace === undefined || trace === 'none') return trace && leftoversFrom(job, {});
  const access = await stages.run('CredentialsReady', () => openLastAccess(ctx, tunnel, trace.accountId, pass));
  if (access !== undefined) stages.report('CredentialsReady', CREDENTIALS_ACCEPTED);
  const target = await stages.run('TunnelReady', async () => access && identify(ctx, tunnel, access, trace, pass));
  if (target === 'none') return leftoversFrom(job, {});
  const name = trace.identity?.tunnelId ?? remoteNameOf(tunnel, ctx.cluster);
  if (access === undefined || target === undefined) return orHeldUp(job, { tunnel: name, hasRecords: true });

  const records = await stages.run('DNSReady', () => deleteRecords(ctx, tunnel, access, target, pass));
  const hasRecords = records === undefined;
  if (hasRecords && !isGivenUp(ctx, tunnel, stages.failures)) return undefined;
  stages.report('DNSReady', deleting('The records are deleted'));
  const connectors = await stages.run('ConnectorsReady', () => stopConnectors(ctx, tunnel, pass));
  stages.report('ConnectorsReady', deleting('The connectors are being stopped'));
  if (connectors !== 'stopped') return undefined;
  if (!hasRecords) ctx.unpublished.set(keyOf(tunnel), tunnel.metadata.uid);
  const remote = await stages.run('TunnelReady', () => deleteRemote(access, target, pass));
  if (remote !== undefined) ctx.changed(tunnel, tunnelDeleted(target.tunnelId, access.accountId), pass.signal);
  return orHeldUp(job, { ...(remote === undefined ? { tunnel: name } : {}), hasRecords });
}

interface Left {
  readonly tunnel?: string;
  readonly hasRecords?: boolean;
}

function leftoversFrom({ ctx, tunnel }: Job, { tunnel: remote, hasRecords = false }: Left): Leftovers {
  const { published } = managedHostnames(ctx, tunnel, []);
  const known = published === 'unknown' ? [] : published;
  const mayHaveRecords = hasRecords && (settingsOf(tunnel).dnsMode === 'Sync' || known.length > 0);
  return { tunnel: remote, hostnames: mayHaveRecords ? known : undefined, mark: markOf(ctx, tunnel) };
}

/** A failure holds the clean-up up, until it is given up. */
function orHeldUp(job: Job, left: Left): Leftovers | undefined {
  const { ctx, tunnel, stages } = job;
  return stages.failures.length === 0 || isGivenUp(ctx, tunnel, stages.failures) ? leftoversFrom(job, left) : undefined;
}

/** The first question starts the clock. */
function isGivenUp(ctx: TunnelContext, tunnel: Tunnel, failures: readonly OperatorError[]): boolean {
  return (
    lacksCredentials(failures.map(({ reason }) => reason)) &&
    hasTimedOut(ctx.waits.startOrContinue(waitOf(keyOf(tunnel), 'credentials')))
  );
}

async function tellHeldUp({ ctx, tunnel, stages, pass }: Job): Promise<Outcome> {
  const { failures } = stages;
  await describeDeleting(ctx, tunnel, stages, pass);
  await rememberPass(ctx, tunnel, { failures }, pass);
  if (failures.length > 0) return { recheckAfterMs: SECRET_POLL_MS, failures };
  ctx.waits.done(waitOf(keyOf(tunnel), 'credentials'));
  return { recheckAfterMs: CONNECTORS_RECHECK_MS };
}

/**
 * In the condition, for as long as somebody else's finalizer keeps the Tunnel; in an event, which outlives it; in an
 * event about the operator, since a namespace that is being deleted takes none; and, as a failure, in the log.
 */
async function reportLeftovers(
  { ctx, tunnel, stages, pass }: Job,
  remains: Leftovers,
): Promise<readonly OperatorError[]> {
  const message = describeLeftovers(remains, stages.failures[0]?.message ?? '');
  if (message === undefined) return [];
  const last = new Stages<TunnelPart>(pass.signal);
  last.report('TunnelReady', leftBehind(message));
  await describeDeleting(ctx, tunnel, last, pass);
  await ctx.recordAboutOperator(
    { type: 'Warning', reason: 'LeftBehind', message: `Tunnel ${keyOf(tunnel)} is gone. ${message}` },
    pass.signal,
  );
  return [new OperatorError('LeftBehind', 'wait', message)];
}
