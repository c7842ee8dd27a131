import { FINALIZER } from '../../api/names.ts';
import type { Tunnel } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import { ownedNames } from '../../core/manifests/owned.ts';
import { settingsOf } from '../../core/tunnel/settings.ts';
import type { Outcome, Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import { openAccess } from './access.ts';
import { publishedRoutes } from './config.ts';
import type { Access, TunnelContext } from './context.ts';
import { type Attempt, managedHostnames, observeRecords } from './records.ts';
import { type Identity, identityOf, readStored } from './remote.ts';
import { syncRecords } from './sync-records.ts';

/** How long clean-up is tried without usable credentials before the Tunnel is let go. */
const CREDENTIALS_PATIENCE_MS = 300_000;
const CONNECTORS_RECHECK_MS = 2_000;

/**
 * Cleans up behind a Tunnel, then lets it go: records, connectors, connections, tunnel, finalizer. Each step looks
 * first, so that it goes on where a crash left it. Owned objects go with the Tunnel by their owner reference.
 */
export async function finalizeTunnel(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<Outcome> {
  if (tunnel.metadata.finalizers?.includes(FINALIZER) !== true) return {};
  const isOurs = settingsOf(tunnel).deletionPolicy === 'Delete' && tunnel.spec.suspend !== true;
  const stored = isOurs ? await readStored(ctx, tunnel, pass) : undefined;
  const identity = identityOf(ctx, stored) ?? lastIdentity(tunnel);
  if (isOurs && identity !== undefined) {
    const access = await openLastAccess(ctx, tunnel, pass);
    if (access === undefined) return letGo(ctx, tunnel, identity, pass);
    await deleteRecords(ctx, tunnel, access, identity, pass);
    if (await areConnectorsLeft(ctx, tunnel, pass)) return { recheckAfterMs: CONNECTORS_RECHECK_MS };
    await deleteRemote(access, identity, pass);
  }
  await release(ctx, tunnel, pass);
  return {};
}

/** Known from the status, when our Secret has gone first. */
function lastIdentity({ status }: Tunnel): Identity | undefined {
  if (status?.tunnelId === undefined || status.accountId === undefined) return undefined;
  return { accountId: status.accountId, tunnelId: status.tunnelId, credentialsHash: '' };
}

/** `undefined`: the credentials are gone or refused, and have been for so long that nobody will bring them back. */
async function openLastAccess(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<Access | undefined> {
  const isOverdue =
    Date.parse(ctx.now()) - Date.parse(tunnel.metadata.deletionTimestamp ?? '') > CREDENTIALS_PATIENCE_MS;
  return openAccess(ctx, tunnel, pass).catch((error: unknown) => {
    if (!(error instanceof OperatorError) || error.disposition === 'retry') throw error;
    const last = error.reason === 'SecretNotFound' ? ctx.lastAccess.get(keyOf(tunnel)) : undefined;
    if (last === undefined && !isOverdue) throw error;
    return last;
  });
}

/** Nothing may be left behind: a zone that fails holds up the clean-up. */
const orThrow: Attempt = (work) => work();

async function deleteRecords(
  ctx: TunnelContext,
  tunnel: Tunnel,
  access: Access,
  { tunnelId }: Identity,
  pass: Pass,
): Promise<void> {
  const hostnames = managedHostnames(ctx, tunnel, []);
  if (settingsOf(tunnel).dnsMode === 'UpsertOnly' || hostnames.published.length === 0) return;
  const view = await observeRecords(ctx, tunnel, access, hostnames, pass, orThrow);
  const serving = { tunnelId, isServed: () => false, isRolling: false };
  await syncRecords({ ctx, tunnel, access, serving, pass, attempt: orThrow }, view);
}

/** Deletes the Deployment in the foreground: when it has gone, its pods have. */
async function areConnectorsLeft(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<boolean> {
  const deployment = ctx.deployments.get(`${tunnel.metadata.namespace}/${ownedNames(tunnel).workload}`);
  if (deployment === undefined) return false;
  if (deployment.metadata.deletionTimestamp === undefined)
    await ctx.objects.delete(deployment, 'Foreground', pass.signal);
  return true;
}

async function deleteRemote({ cloudflare, accountId }: Access, { tunnelId }: Identity, pass: Pass): Promise<void> {
  await cloudflare.dropConnections(accountId, tunnelId, pass.signal);
  if (await cloudflare.deleteTunnel(accountId, tunnelId, pass.signal)) return;
  throw new OperatorError('Deleting', 'wait', `Connectors still hold tunnel ${tunnelId}`);
}

async function letGo(ctx: TunnelContext, tunnel: Tunnel, { tunnelId }: Identity, pass: Pass): Promise<Outcome> {
  const hostnames = publishedRoutes(ctx, tunnel).map(({ hostname }) => hostname);
  const message = `The credentials are gone. Left behind at Cloudflare: tunnel ${tunnelId}, records of ${hostnames.join(', ') || 'no hostname'}`;
  await ctx.record(tunnel, { type: 'Warning', reason: 'LeftBehind', message });
  await release(ctx, tunnel, pass);
  return {};
}

async function release(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<void> {
  ctx.postNews(keyOf(tunnel), undefined);
  const others = (tunnel.metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
  await ctx.objects.setFinalizers(tunnel, others, pass.signal);
}
