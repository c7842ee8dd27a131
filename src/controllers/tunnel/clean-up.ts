/** The steps of cleaning up behind a Tunnel. Each looks first, so that it goes on where a crash has left it. */
import type { Tunnel } from '../../api/objects.ts';
import type { TunnelHostnames } from '../../core/dns/records.ts';
import type { RecordView } from '../../core/dns/record-presence.ts';
import { keyOf } from '../../core/keys.ts';
import { isOwnedBy, ownedNames } from '../../core/owned.ts';
import { ownershipOf } from '../../core/manifests/ownership.ts';
import { listed } from '../../core/quote.ts';
import { type TunnelCredentials, readCredentials } from '../../core/tunnel/credentials.ts';
import { connectorsStopped } from '../../core/tunnel/changes.ts';
import { settingsOf } from '../../core/model/tunnel-settings.ts';
import type { Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import { openAccount } from './access.ts';
import type { Access, TunnelContext } from './context.ts';
import { type Attempt, handedOver, managedHostnames, observeRecords, unlessForbidden } from './records.ts';
import { type Identity, findUnrecordedTunnel, identityOf } from './remote.ts';
import { syncRecords } from './sync-records.ts';
import { invisibleError, invisibleOf } from './invisible-zones.ts';

/** What is known of the remote tunnel without asking Cloudflare. */
export interface Trace {
  readonly accountId: string;
  /** Absent: a secret was stored to make the tunnel with, and whether it was made is not known. */
  readonly identity: Identity | undefined;
  readonly stored: TunnelCredentials | undefined;
}

/** `none`: no tunnel was ever made, since its secret is stored before it is. */
export async function findTrace(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<Trace | 'none'> {
  const stored = await readOwn(ctx, tunnel, pass);
  const identity = identityOf(ctx, stored) ?? lastIdentity(tunnel);
  const accountId = identity?.accountId ?? stored?.accountId;
  return accountId === undefined ? 'none' : { accountId, identity, stored };
}

/** Our credentials; those of somebody else under the name are none of our business. */
async function readOwn(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<TunnelCredentials | undefined> {
  const key = `${tunnel.metadata.namespace}/${ownedNames(tunnel).credentials}`;
  const secret = await ctx.secrets.get(key, pass.signal);
  return secret !== undefined && isOwnedBy(secret, tunnel) ? readCredentials(secret, ctx.hash) : undefined;
}

/** Known from the status, when our Secret has gone first. */
function lastIdentity({ status }: Tunnel): Identity | undefined {
  if (status?.tunnelId === undefined || status.accountId === undefined) return undefined;
  return { accountId: status.accountId, tunnelId: status.tunnelId, credentialsHash: '' };
}

/** With the credentials that were used last, if the user's Secret has gone first. */
export async function openLastAccess(
  ctx: TunnelContext,
  tunnel: Tunnel,
  accountId: string,
  pass: Pass,
): Promise<Access> {
  return openAccount(ctx, tunnel, accountId, pass).catch((error: unknown) => {
    const last = ctx.lastAccess.get(keyOf(tunnel));
    if (last === undefined || !(error instanceof OperatorError) || error.reason !== 'SecretNotFound') throw error;
    return last;
  });
}

/** The tunnel to be deleted; `none` if it turns out that none was made. */
export async function identify(
  ctx: TunnelContext,
  tunnel: Tunnel,
  access: Access,
  { identity, stored }: Trace,
  pass: Pass,
): Promise<Identity | 'none'> {
  const known = identity ?? (stored && (await findUnrecordedTunnel(ctx, tunnel, access, stored, pass)));
  if (known === undefined && !access.cloudflare.hasAllTunnels(access.accountId))
    throw uncertainError('a tunnel was made');
  return known ?? 'none';
}

/** Nothing is left behind because a list does not show yet what a call without an answer has made. */
function uncertainError(what: string): OperatorError {
  return new OperatorError('Deleting', 'wait', `Cloudflare did not answer a call. Checking again whether ${what}`);
}

/** Nothing may be left behind: a zone that fails holds up the clean-up. */
const orThrow: Attempt = (work) => work();

/**
 * Deletes the records of the hostnames that are known to be published, and then whatever else bears the Tunnel's mark
 * in any zone: what is published is written down in a ConfigMap, which may have gone, or been made anew, meanwhile.
 * A record that another Tunnel claims is its to move; one that it does not move in time is deleted, too.
 */
export async function deleteRecords(
  ctx: TunnelContext,
  tunnel: Tunnel,
  access: Access,
  { tunnelId }: Identity,
  pass: Pass,
): Promise<'deleted'> {
  const { dnsMode } = settingsOf(tunnel);
  if (dnsMode === 'UpsertOnly') return 'deleted';
  const serving = { tunnelId, hasRule: () => false, isServed: () => false, isRolling: false, sourcesOf: () => [] };
  const awaited = new Set<string>();
  const deleteIn = async (hostnames: TunnelHostnames, look: Attempt): Promise<RecordView> => {
    const view = await observeRecords(ctx, tunnel, access, hostnames, pass, look);
    const { refused, waiting } = await syncRecords({ ctx, tunnel, access, serving, pass, attempt: orThrow }, view);
    refuseToLeave(
      [...refused.values()].map(({ message }) => message),
      waiting,
    );
    for (const name of handedOver(ctx, tunnel, view)) awaited.add(name);
    const uncertain = [...view.records.keys()].find((zone) => !access.cloudflare.hasAllRecords(zone));
    if (uncertain !== undefined) throw uncertainError(`a record was made in zone ${uncertain.name}`);
    return view;
  };
  const known = managedHostnames(ctx, tunnel, []);
  const view = known.published.length > 0 ? await deleteIn(known, orThrow) : undefined;
  if (dnsMode === 'Sync') await deleteIn({ wanted: [], published: 'unknown' }, unlessForbidden);
  const invisible = invisibleOf(ctx, tunnel, view, false);
  if (invisible.length > 0) throw invisibleError(invisible);
  if (awaited.size > 0)
    throw new OperatorError('Deleting', 'wait', `Waiting for the Tunnels that take over ${listed([...awaited])}`);
  return 'deleted';
}

/** A record that is still there holds up the clean-up. */
function refuseToLeave(refusals: readonly string[], waiting: readonly string[]): void {
  if (refusals.length > 0) throw new OperatorError('CloudflareRefused', 'stall', listed(refusals.toSorted(), '; '));
  if (waiting.length > 0)
    throw new OperatorError('Deleting', 'wait', `Records wait for the next pass: ${listed(waiting.toSorted())}`);
}

/** Deletes the Deployment in the foreground: when it has gone, its pods have. */
export async function stopConnectors(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<'stopping' | 'stopped'> {
  const deployment = ctx.deployments.get(`${tunnel.metadata.namespace}/${ownedNames(tunnel).workload}`);
  if (deployment === undefined || ownershipOf(deployment, tunnel, ctx.hash).kind === 'foreign') return 'stopped';
  if (deployment.metadata.deletionTimestamp !== undefined) return 'stopping';
  await ctx.objects.delete(deployment, 'Foreground', pass.signal);
  ctx.changed(tunnel, connectorsStopped(deployment), pass.signal);
  return 'stopping';
}

export async function deleteRemote(
  { cloudflare, accountId }: Access,
  { tunnelId }: Identity,
  pass: Pass,
): Promise<'deleted'> {
  await cloudflare.dropConnections(accountId, tunnelId, pass.signal);
  if (await cloudflare.deleteTunnel(accountId, tunnelId, pass.signal)) return 'deleted';
  throw new OperatorError(
    'Deleting',
    'wait',
    `Connectors that are not this Tunnel's still hold tunnel ${tunnelId}. Stop them: it is deleted when they are gone`,
  );
}
