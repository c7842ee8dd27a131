/** Brings a service token and its Secret to its spec. */
import type { RemoteServiceToken } from '../../../core/access/remote.ts';
import { type TokenFacts, decideToken } from '../../../core/access/token.ts';
import { credentialsIn, isOwnedByToken, isTokenSecret, recordIn } from '../../../core/access/token-secret.ts';
import { type TokenRecord, durationOf, tokenRequest, tokenSchedule } from '../../../core/access/token-record.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import { Stages } from '../../../runtime/stages.ts';
import { type TokenState, type TokenWork, findToken, performToken, storeToken } from './actions.ts';
import { readSecret, secretKeyOf } from './context.ts';

export interface SyncedToken {
  readonly remote: RemoteServiceToken;
  readonly record: TokenRecord;
  /** Why the token could not be extended. */
  readonly extension: OperatorError | undefined;
}

/** More than a rotation that is planned, prepared and carried out takes. */
const MAX_ACTIONS = 6;

export async function syncToken(work: TokenWork): Promise<SyncedToken> {
  let state = await observe(work);
  const extensions = new Stages<'extension'>(work.pass.signal);
  for (let actions = 0; actions < MAX_ACTIONS; actions += 1) {
    const action = decideToken(factsOf(work, state), work.port.findNextTime);
    if (action.kind === 'none') break;
    const before = state;
    if (action.kind === 'extend') {
      // A token that could not be extended works until it ends; every other failure ends the pass.
      state = (await extensions.run('extension', () => performToken(work, before, action))) ?? before;
      break;
    }
    state = await performToken(work, before, action);
  }
  const { remote, record } = state;
  if (remote === undefined) throw new OperatorError('Progressing', 'retry', 'The service token is not made yet');
  return { remote, record, extension: extensions.failures[0] };
}

/** Refuses a Secret of another owner before anything is created at Cloudflare. */
async function observe(work: TokenWork): Promise<TokenState> {
  const { port, pass } = work;
  const secret = await readSecret(port, pass);
  const credentials = secret && credentialsIn(secret, port.hash);
  const remote = await findToken(work, credentials?.clientId);
  if (secret !== undefined && !isTokenSecret(secret, pass.token, { clientId: remote?.clientId, hash: port.hash }))
    throw nameTaken(secretKeyOf(pass.token));
  const record = recordIn(secret, pass.token);
  // Restored from a backup: its owner is one that does not exist any more.
  if (secret !== undefined && credentials !== undefined && !isOwnedByToken(secret, pass.token))
    await storeToken(work, { credentials, record });
  return { remote, credentials, record };
}

function nameTaken(key: string): OperatorError {
  const message = `Secret ${key} exists and does not belong to this AccessServiceToken. Delete it, or create an AccessServiceToken with another secretName`;
  return new OperatorError('NameTaken', 'wait', message);
}

function factsOf({ port, pass, account }: TokenWork, { remote, credentials, record }: TokenState): TokenFacts {
  const { token } = pass;
  return {
    now: port.now(),
    requested: tokenRequest(token),
    schedule: tokenSchedule(token),
    duration: durationOf(token),
    record,
    credentials,
    remote,
    isAuthoritative: account.cloudflare.hasAllServiceTokens(account.accountId),
  };
}
