/** The end of a service token: nobody enters with it any more, and it is deleted once no policy names it. */
import { FINALIZER } from '../../../api/names.ts';
import { FRESH_MAX_AGE_MS } from '../../../core/fresh-max-age.ts';
import { type AccessReport, reportOfFailure } from '../../../core/access/report.ts';
import { tokenChange } from '../../../core/access/token-status.ts';
import type { Outcome } from '../../../runtime/controller.ts';
import { Stages } from '../../../runtime/stages.ts';
import { reopenAccount } from '../accounts.ts';
import { isGivenUp, release, reportLeftBehind } from '../clean-up.ts';
import { uncertain } from './actions.ts';
import type { TokenPass, TokenPort } from './context.ts';
import { describeToken } from './describe.ts';
import { listOwnTokens } from './own.ts';

/** How soon it is looked again whether a policy still names the token. */
const RECHECK_MS = 5_000;

export async function finalizeToken(port: TokenPort, pass: TokenPass): Promise<Outcome> {
  const { token, signal } = pass;
  if (token.metadata.finalizers?.includes(FINALIZER) !== true) return {};
  const stages = new Stages<'token'>(signal);
  const isDeleted = await stages.run('token', () => deleteTokens(port, pass));
  const [failure] = stages.failures;
  if (failure !== undefined && !isGivenUp(port, token, stages.failures)) {
    const report = reportOfFailure(failure, { ready: undefined, failedPasses: pass.failures });
    return { ...(await holdUp(port, pass, report)), failures: stages.failures };
  }
  if (isDeleted === false) {
    const message =
      'The token is disabled, and deleted as soon as no policy at Cloudflare names it. Remove it from the rules of AccessPolicies';
    return holdUp(port, pass, { status: 'False', reason: 'InUse', message, activity: 'Reconciling' });
  }
  if (failure !== undefined) await reportLeftBehind(port, token, { what: leftText(pass), signal });
  await release(port, token, signal);
  return {};
}

/** False: a policy names one. An account is written before anything is created in it, so without one nothing is left. */
async function deleteTokens(port: TokenPort, pass: TokenPass): Promise<boolean> {
  const { token, signal } = pass;
  const accountId = token.status?.accountId;
  if (accountId === undefined) return true;
  const account = await reopenAccount(port, accountId, signal);
  const { cloudflare } = account;
  const own = await listOwnTokens(pass, account, FRESH_MAX_AGE_MS);
  if (own.length === 0 && !cloudflare.hasAllServiceTokens(accountId)) throw uncertain();
  let isDeleted = true;
  for (const { id, isEnabled } of own) {
    const key = { accountId, id };
    if (await cloudflare.deleteServiceToken(key, signal))
      port.changed(token, tokenChange('ServiceTokenDeleted', token, id), signal);
    else {
      isDeleted = false;
      if (isEnabled) await cloudflare.disableServiceToken(key, signal);
    }
  }
  return isDeleted;
}

async function holdUp(port: TokenPort, pass: TokenPass, report: AccessReport): Promise<Outcome> {
  await describeToken(port, pass, { report });
  return { recheckAfterMs: RECHECK_MS };
}

function leftText({ token, name }: TokenPass): string {
  return `the service token "${name}" in account ${token.status?.accountId}, because no credentials for it are left`;
}
