/** The end of a policy: it stays until no application uses it, so that what it protects is never without it. */
import { FINALIZER } from '../../../api/names.ts';
import type { ObjectKey } from '../../../api/objects.ts';
import { type PolicyEntry, accountsOf, entriesOf, usersText } from '../../../core/access/policy-status.ts';
import { type AccessReport, reportOfFailure } from '../../../core/access/report.ts';
import { listed } from '../../../core/quote.ts';
import type { Outcome } from '../../../runtime/controller.ts';
import { Stages } from '../../../runtime/stages.ts';
import { isGivenUp, release, reportLeftBehind } from '../clean-up.ts';
import type { PolicyPass, PolicyPort } from './context.ts';
import { describePolicy } from './describe.ts';
import { withdrawPolicy } from './withdraw.ts';

/** How soon it is looked again whether an application still uses the policy. */
const RECHECK_MS = 5_000;

export async function finalizePolicy(
  port: PolicyPort,
  pass: PolicyPass,
  users: readonly ObjectKey[],
): Promise<Outcome> {
  const { policy, signal } = pass;
  if (policy.metadata.finalizers?.includes(FINALIZER) !== true) return {};
  if (users.length > 0) return holdUp(port, pass, inUse(`the ${usersText(users)} no longer use it`));
  const stages = new Stages<string>(signal);
  const left: PolicyEntry[] = [];
  for (const accountId of accountsOf(policy))
    left.push(...((await stages.run(accountId, () => withdrawPolicy(port, pass, accountId))) ?? []));
  const [failure] = stages.failures;
  if (failure !== undefined && !isGivenUp(port, policy, stages.failures)) {
    const report = reportOfFailure(failure, { ready: undefined, failedPasses: pass.failures });
    return { ...(await holdUp(port, pass, report)), failures: stages.failures };
  }
  if (failure === undefined && left.length > 0)
    return holdUp(port, pass, inUse('no application at Cloudflare uses it'));
  if (failure !== undefined) await reportLeftBehind(port, policy, { what: leftText(pass), signal });
  await release(port, policy, signal);
  return {};
}

function inUse(when: string): AccessReport {
  const message = `The policy is deleted as soon as ${when}`;
  return { status: 'False', reason: 'InUse', message, activity: 'Reconciling' };
}

function leftText({ policy, name }: PolicyPass): string {
  return `the reusable policy "${name}" in account ${listed(accountsOf(policy))}, because no credentials for it are left`;
}

async function holdUp(port: PolicyPort, pass: PolicyPass, report: AccessReport): Promise<Outcome> {
  await describePolicy(port, pass, { entries: entriesOf(pass.policy), report });
  return { recheckAfterMs: RECHECK_MS };
}
