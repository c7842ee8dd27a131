/**
 * The end of a policy: it stays until no application uses it, so that what it protects is never without it. Hostnames that
 * only ask for it do not hold it up: they are not published without it, and their author may be about to create it again.
 */
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
/** The same while hostnames ask for it, which may be for long: when they no longer do, it is looked again at once. */
const ASKED_FOR_RECHECK_MS = 30_000;

export async function finalizePolicy(
  port: PolicyPort,
  pass: PolicyPass,
  users: readonly ObjectKey[],
): Promise<Outcome> {
  const { policy, signal } = pass;
  if (policy.metadata.finalizers?.includes(FINALIZER) !== true) return {};
  const { left, failures } = await withdrawEverywhere(port, pass);
  const [failure] = failures;
  if (failure !== undefined && (users.length > 0 || !isGivenUp(port, policy, failures))) {
    const report = reportOfFailure(failure, { ready: undefined, failedPasses: pass.failures });
    return { ...(await holdUp(port, pass, report)), failures };
  }
  if (failure === undefined && left.length > 0) return holdUpFor(port, pass, users);
  if (failure !== undefined) await reportLeftBehind(port, policy, { what: leftText(pass), signal });
  await release(port, policy, signal);
  return {};
}

async function withdrawEverywhere(port: PolicyPort, pass: PolicyPass) {
  const stages = new Stages<string>(pass.signal);
  const left: PolicyEntry[] = [];
  for (const accountId of accountsOf(pass.policy))
    left.push(...((await stages.run(accountId, () => withdrawPolicy(port, pass, accountId))) ?? []));
  return { left, failures: stages.failures };
}

async function holdUpFor(port: PolicyPort, pass: PolicyPass, users: readonly ObjectKey[]): Promise<Outcome> {
  const isAskedFor = users.length > 0;
  const when = isAskedFor ? `the ${usersText(users)} no longer use it` : 'no application at Cloudflare uses it';
  const message = `The policy is deleted as soon as ${when}`;
  const held = await holdUp(port, pass, { status: 'False', reason: 'InUse', message, activity: 'Reconciling' });
  return isAskedFor ? { ...held, recheckAfterMs: ASKED_FOR_RECHECK_MS } : held;
}

function leftText({ policy, name }: PolicyPass): string {
  return `the reusable policy "${name}" in account ${listed(accountsOf(policy))}, because no credentials for it are left`;
}

async function holdUp(port: PolicyPort, pass: PolicyPass, report: AccessReport): Promise<Outcome> {
  await describePolicy(port, pass, { entries: entriesOf(pass.policy), report });
  return { recheckAfterMs: RECHECK_MS };
}
