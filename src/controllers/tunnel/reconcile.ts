import type { TunnelPart } from '../../api/conditions.ts';
import { FINALIZER } from '../../api/names.ts';
import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import type { RecordView } from '../../core/dns/record-presence.ts';
import { keyOf } from '../../core/keys.ts';
import { connectorsReport, servesRules } from '../../core/status/connectors.ts';
import { type Rollout, SETTLE_MS } from '../../core/tunnel/rollout.ts';
import { settingsOf } from '../../core/model/tunnel-settings.ts';
import type { Outcome, Pass } from '../../runtime/controller.ts';
import type { Stages } from '../../runtime/stages.ts';
import { openAccess } from './access.ts';
import { adoptRules } from './adopt.ts';
import { type PublishedConfig, publishConfig } from './config.ts';
import { runConnectors } from './connectors.ts';
import type { Access, TunnelContext } from './context.ts';
import { type Findings, describe, describeSuspended } from './describe.ts';
import { countForeign } from './foreign.ts';
import { finalizeTunnel } from './finalize.ts';
import { SECRET_POLL_MS, rememberPass, waitsForBackoff } from './last-pass.ts';
import { knownRecords, leftoversOf } from './known-records.ts';
import { type Attempt, managedHostnames, observeRecords } from './records.ts';
import { type Identity, type Stored, ensureRemote, identityOf, verifiedCredentials, readStored } from './remote.ts';
import {
  CREDENTIALS_ACCEPTED,
  reportConfig,
  reportDisabled,
  reportRecords,
  stagesOf,
  tunnelAvailable,
} from './reports.ts';
import { readOnce } from './secrets.ts';
import { type SyncedRecords, syncRecords } from './sync-records.ts';
import { awaitInvisible, tellGivenUp } from './invisible-zones.ts';
import { forgetWaits } from './waits.ts';

/** A new Tunnel waits for Services that arrive with it, so that its connectors start once, with all the rules. */
const FINALIZERS_RECHECK_MS = 300;

/**
 * Brings one Tunnel to its spec. Safe at any time, any number of times, after any crash. A stage that fails holds up
 * only what cannot do without it: with Cloudflare away the connectors are still kept, on the credentials we stored.
 */
export async function reconcileTunnel(shared: TunnelContext, key: ObjectKey, pass: Pass): Promise<Outcome> {
  const ctx = { ...shared, secrets: readOnce(shared.secrets) };
  const tunnel = ctx.tunnels.get(key);
  if (tunnel === undefined) {
    ctx.postObservation(key, undefined);
    ctx.lastAccess.delete(key);
    ctx.lastPass.delete(key);
    ctx.answers.forget(key);
    ctx.unpublished.delete(key);
    ctx.stableSince.done(key);
    ctx.standstill.done(key);
    forgetWaits(ctx, key);
    ctx.foreignConnectors.delete(key);
    ctx.cleanedUp.delete(key);
    ctx.wakeServices(ctx.releasable());
    return {};
  }
  ctx.orphans.saw(key);
  if (tunnel.metadata.deletionTimestamp !== undefined) return finalizeTunnel(ctx, tunnel, pass);
  if (tunnel.spec.suspend === true) return describeSuspended(ctx, tunnel, pass);
  const isNew = tunnel.status?.config?.hash === undefined;
  if (isNew && ctx.areFinalizersPending()) return { recheckAfterMs: FINALIZERS_RECHECK_MS };
  const idle = await waitsForBackoff(ctx, tunnel, pass);
  if (idle !== undefined) return { recheckAfterMs: SECRET_POLL_MS, failures: idle.failures };
  if (!(await hasFinalizer(ctx, tunnel, pass))) return {};

  const stages = stagesOf(tunnel, pass);
  const findings = await runStages(ctx, tunnel, stages, pass);
  await describe(ctx, tunnel, stages, findings, pass);
  wakeFormerHolders(ctx, key, findings);
  const areRecordsForbidden = findings.records?.isForbidden === true;
  await rememberPass(ctx, tunnel, { failures: stages.failures, areRecordsForbidden }, pass);
  return { recheckAfterMs: nextLookMs(ctx, findings), failures: stages.failures };
}

function nextLookMs(ctx: TunnelContext, { records, isSettled = true }: Findings): number {
  if (records?.hasRetired === true) return 0;
  return Math.min(isSettled ? SECRET_POLL_MS : SETTLE_MS, ctx.driftIntervalMs);
}

/** A Tunnel that served a name before keeps its rule until the record has moved; now it has. */
function wakeFormerHolders(ctx: TunnelContext, key: ObjectKey, { records }: Findings): void {
  const moved = records?.moved ?? [];
  if (moved.length > 0) ctx.wakeTunnels(ctx.publishersOf(moved).filter((tunnel) => tunnel !== key));
}

/** The finalizer goes on before anything is made that it is to clean up. False: the Tunnel has gone meanwhile. */
async function hasFinalizer(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<boolean> {
  const finalizers = tunnel.metadata.finalizers ?? [];
  return finalizers.includes(FINALIZER) || ctx.objects.setFinalizers(tunnel, [...finalizers, FINALIZER], pass.signal);
}

/** Rule before record: the connectors serve a hostname before it resolves. Record before rule on the way back. */
async function runStages(
  ctx: TunnelContext,
  tunnel: Tunnel,
  stages: Stages<TunnelPart>,
  pass: Pass,
): Promise<Findings> {
  const access = await stages.run('CredentialsReady', () => openAccess(ctx, tunnel, pass));
  if (access !== undefined) {
    ctx.lastAccess.set(keyOf(tunnel), access);
    stages.report('CredentialsReady', CREDENTIALS_ACCEPTED);
  }
  const identity = await establish(ctx, tunnel, access, stages, pass);
  if (identity !== undefined) await stages.run('ConfigReady', () => adoptRules(ctx, tunnel, pass));
  const attempt: Attempt = (work) => stages.run('DNSReady', work);
  const view = await attempt(() => lookUp(ctx, tunnel, access, pass, attempt));
  lookForOrphans(ctx, access, view);
  const invisible = awaitInvisible(ctx, tunnel, view, stages);
  const known = knownRecords(ctx, tunnel, view, invisible, stages.failures);
  const config = await stages.run(
    'ConfigReady',
    async () => identity && publishConfig(ctx, tunnel, identity, known, pass),
  );
  if (config !== undefined) {
    reportConfig(stages, config);
    await tellGivenUp(ctx, tunnel, invisible, pass);
  }
  const connectors = await stages.run(
    'ConnectorsReady',
    async () => identity && config && runConnectors(ctx, tunnel, identity, config.hash, pass),
  );
  const rollout = connectors?.rollout;
  const foreign = await countForeign({ ctx, tunnel, access, identity, rollout, stages, pass });
  const wanted = settingsOf(tunnel).replicas;
  if (connectors !== undefined)
    stages.report('ConnectorsReady', connectorsReport(tunnel, { ...connectors, wanted, foreign }));
  const isServed = connectors !== undefined && servesRules(connectors.rollout, connectors.isSettled);
  const records = await attempt(
    async () =>
      access &&
      identity &&
      view &&
      config &&
      publish({ ctx, tunnel, access, identity, view, config, rollout, isServed, pass, attempt }),
  );
  if (records !== undefined) reportRecords(stages, tunnel, records);
  if (settingsOf(tunnel).dnsMode === 'Disabled')
    reportDisabled(stages, leftoversOf(ctx, tunnel, known), known.mayBeForgotten);
  return { access, identity, config, rollout, isSettled: connectors?.isSettled, isServed, records };
}

/** In what has been read anyway. */
function lookForOrphans({ orphans }: TunnelContext, access: Access | undefined, view: RecordView | undefined): void {
  if (access !== undefined) orphans.lookAtTunnels(access.accountId, access.tunnels);
  for (const [zone, records] of view?.records ?? []) orphans.lookAtRecords(zone.id, records);
}

async function establish(
  ctx: TunnelContext,
  tunnel: Tunnel,
  access: Access | undefined,
  stages: Stages<TunnelPart>,
  pass: Pass,
): Promise<Identity | undefined> {
  let stored: Stored | undefined;
  const identity = await stages.run('TunnelReady', async () => {
    stored = await readStored(ctx, tunnel, pass);
    return access && ensureRemote(ctx, tunnel, access, stored, pass);
  });
  if (identity !== undefined) stages.report('TunnelReady', tunnelAvailable(identity.tunnelId));
  return identity ?? identityOf(ctx, stored && verifiedCredentials(stored, tunnel));
}

async function lookUp(
  ctx: TunnelContext,
  tunnel: Tunnel,
  access: Access | undefined,
  pass: Pass,
  attempt: Attempt,
): Promise<RecordView | undefined> {
  if (access === undefined) return undefined;
  const hostnames = managedHostnames(ctx, tunnel, ctx.routing().published.get(keyOf(tunnel)) ?? []);
  const isIdle = hostnames.wanted.length === 0 && hostnames.published.length === 0;
  if (isIdle && settingsOf(tunnel).dnsMode === 'Disabled') return undefined;
  return observeRecords(ctx, tunnel, access, hostnames, pass, attempt);
}

interface Publishing {
  readonly ctx: TunnelContext;
  readonly tunnel: Tunnel;
  readonly access: Access;
  readonly identity: Identity;
  readonly view: RecordView;
  readonly config: PublishedConfig;
  readonly rollout: Rollout | undefined;
  readonly isServed: boolean;
  readonly pass: Pass;
  readonly attempt: Attempt;
}

function publish({ identity, view, config, rollout, isServed, ...job }: Publishing): Promise<SyncedRecords> {
  const rules = Map.groupBy(config.served, ({ hostname }): string => hostname);
  const serving = {
    tunnelId: identity.tunnelId,
    hasRule: (name: string) => rules.has(name),
    isServed: () => isServed,
    isRolling: rollout !== undefined && !isServed && rollout.gaveUp === undefined,
    sourcesOf: (name: string) => (rules.get(name) ?? []).map(({ source }) => source),
  };
  return syncRecords({ ...job, serving }, view);
}
