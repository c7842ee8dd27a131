/** The actions on a service token: see `core/access/token.ts`. */
import type { ClientCredentials, RemoteServiceToken } from '../../../core/access/remote.ts';
import { type TokenAction, ownToken } from '../../../core/access/token.ts';
import { type TokenRecord, durationOf, endOfFormerSecret } from '../../../core/access/token-record.ts';
import { tokenSecretFor } from '../../../core/access/token-secret.ts';
import { tokenChange } from '../../../core/access/token-status.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import type { Account } from '../accounts.ts';
import type { TokenPass, TokenPort } from './context.ts';
import { listOwnTokens } from './own.ts';

/** How far a pass over a token is. */
export interface TokenState {
  readonly remote: RemoteServiceToken | undefined;
  readonly credentials: ClientCredentials | undefined;
  readonly record: TokenRecord;
}

export interface TokenWork {
  readonly port: TokenPort;
  readonly pass: TokenPass;
  readonly account: Account;
}

/** Carries out one action. What it returns is known to be so. */
export async function performToken(
  work: TokenWork,
  state: TokenState,
  action: Exclude<TokenAction, { kind: 'none' }>,
): Promise<TokenState> {
  switch (action.kind) {
    case 'wait':
      throw uncertain();
    case 'create':
      return create(work, action.record);
    case 'store':
      await storeToken(work, action);
      return { ...state, record: action.record };
    case 'rotate':
      return rotate(work, state, action.record);
    case 'extend':
      return extend(work, state, action.duration);
    default:
      return action satisfies never;
  }
}

export function uncertain(): OperatorError {
  const message = 'Cloudflare did not answer a call. Checking again whether a service token was created';
  return new OperatorError('Progressing', 'wait', message);
}

async function create(work: TokenWork, record: TokenRecord): Promise<TokenState> {
  const { port, pass, account } = work;
  const { name, signal } = pass;
  const { clientSecret, ...remote } = await account.cloudflare.createServiceToken(
    account.accountId,
    { name, duration: durationOf(pass.token) },
    signal,
  );
  const credentials = { clientId: remote.clientId, clientSecret };
  await storeToken(work, { credentials, record });
  port.changed(pass.token, tokenChange('ServiceTokenCreated', pass.token, remote.id), signal);
  return { remote, credentials, record };
}

async function rotate(work: TokenWork, { remote }: TokenState, record: TokenRecord): Promise<TokenState> {
  const { port, pass, account } = work;
  const { id = '' } = remote ?? {};
  const formerUntil = endOfFormerSecret(pass.token, port.now());
  const key = { accountId: account.accountId, id };
  const credentials = await account.cloudflare.rotateServiceToken(key, formerUntil, pass.signal);
  if (credentials === undefined) throw gone();
  await storeToken(work, { credentials, record });
  port.changed(pass.token, tokenChange('ServiceTokenRotated', pass.token, id), pass.signal);
  return { remote, credentials, record };
}

async function extend(work: TokenWork, state: TokenState, duration: string | undefined): Promise<TokenState> {
  const { port, pass, account } = work;
  const { id = '' } = state.remote ?? {};
  const key = { accountId: account.accountId, id };
  const remote = await account.cloudflare.extendServiceToken(key, duration, pass.signal);
  if (remote === undefined) throw gone();
  port.changed(pass.token, tokenChange('ServiceTokenExtended', pass.token, id), pass.signal);
  return { ...state, remote };
}

function gone(): OperatorError {
  return new OperatorError('Progressing', 'wait', 'The service token was deleted at Cloudflare. Creating it again');
}

export async function storeToken(
  { port, pass }: TokenWork,
  held: { readonly credentials: ClientCredentials; readonly record: TokenRecord },
): Promise<void> {
  await port.objects.apply(tokenSecretFor(pass.token, held, port.hash), pass.signal);
}

/** Our token in the account. */
export async function findToken(
  { pass, account }: TokenWork,
  clientId: string | undefined,
): Promise<RemoteServiceToken | undefined> {
  return ownToken(await listOwnTokens(pass, account, pass.maxAgeMs), pass.name, clientId);
}
