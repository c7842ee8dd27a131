/** Finds out which remote tunnel a deleted Tunnel has left. */
import type { Tunnel } from '../../../api/objects.ts';
import { isOwnedBy } from '../../../core/owned.ts';
import { type TunnelCredentials, readCredentials } from '../../../core/tunnel/credentials.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import type { Access } from '../pass/ports.ts';
import { type CredentialsPort, openAccount } from '../steps/credentials.ts';
import { type Identity, findUnrecordedTunnel, identityOf } from '../steps/remote-tunnel.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';

export interface TracePort extends CredentialsPort {
  readonly hash: (text: string) => string;
}

/** What is known of the remote tunnel without asking Cloudflare. */
export interface Trace {
  readonly accountId: string;
  /** Absent: a secret was stored to create the tunnel with, and whether it was created is not known. */
  readonly identity: Identity | undefined;
  readonly stored: TunnelCredentials | undefined;
}

/** The tunnel to be deleted, and the account that it is in. */
export interface Remote {
  readonly access: Access;
  readonly identity: Identity;
}

/** `none`: no tunnel was ever created, since its secret is stored before it is. */
export async function findTrace(port: TracePort, pass: TunnelPass): Promise<Trace | 'none'> {
  const stored = await readOwn(port, pass);
  const identity = identityOf(port, stored) ?? lastIdentity(pass.tunnel);
  const accountId = identity?.accountId ?? stored?.accountId;
  return accountId === undefined ? 'none' : { accountId, identity, stored };
}

/** Ignores a Secret that this Tunnel does not own. */
async function readOwn({ hash }: TracePort, pass: TunnelPass): Promise<TunnelCredentials | undefined> {
  const secret = await pass.secrets.get(pass.credentials, pass.signal);
  return secret !== undefined && isOwnedBy(secret, pass.tunnel) ? readCredentials(secret, hash) : undefined;
}

/** Known from the status, if our Secret was deleted first. */
function lastIdentity({ status }: Tunnel): Identity | undefined {
  if (status?.tunnelId === undefined || status.accountId === undefined) return undefined;
  return { accountId: status.accountId, tunnelId: status.tunnelId, credentialsHash: '' };
}

/** Falls back to the credentials that were used last, if the user's Secret was deleted first. */
export function openLastAccess(port: TracePort, pass: TunnelPass, accountId: string): Promise<Access> {
  return openAccount(port, pass, accountId).catch((error: unknown) => {
    const { lastAccess } = pass.memory;
    if (lastAccess === undefined || !(error instanceof OperatorError) || error.reason !== 'SecretNotFound') throw error;
    return lastAccess;
  });
}

/** `none`: no tunnel was created. */
export async function identify(
  port: TracePort,
  pass: TunnelPass,
  { access, trace: { identity, stored } }: { readonly access: Access; readonly trace: Trace },
): Promise<Remote | 'none'> {
  const known = identity ?? (stored && (await findUnrecordedTunnel(port, pass, { access, stored })));
  if (known === undefined && !access.cloudflare.hasAllTunnels(access.accountId))
    throw uncertain('a tunnel was created');
  return known === undefined ? 'none' : { access, identity: known };
}

/** Nothing is left behind because a list does not show yet what a call without an answer has created. */
export function uncertain(what: string): OperatorError {
  return new OperatorError('Deleting', 'wait', `Cloudflare did not answer a call. Checking again whether ${what}`);
}
