/** Writes the policy in one account, and remembers what Cloudflare made of it. */
import { isSamePolicy } from '../../../core/access/policy.ts';
import { policyChange } from '../../../core/access/policy-status.ts';
import type { PolicyContent, RemotePolicy } from '../../../core/access/remote.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import type { Account } from '../accounts.ts';
import type { PolicyPass, PolicyPort } from './context.ts';

/** Resolves before anything is created in the account, so that what is created is found after a crash. */
export type Announce = (accountId: string) => Promise<void>;

interface Work {
  readonly account: Account;
  readonly wanted: PolicyContent;
}

/** Resolves with its id. */
export async function createPolicy(
  port: PolicyPort,
  pass: PolicyPass,
  work: Work & { readonly announce: Announce },
): Promise<string> {
  const { accountId, cloudflare } = work.account;
  if (!cloudflare.hasAllAccessPolicies(accountId)) throw uncertain();
  await work.announce(accountId);
  const created = await cloudflare.createAccessPolicy(accountId, work.wanted, pass.signal);
  remember(port, accountId, { wanted: work.wanted, answered: created });
  port.changed(
    pass.policy,
    policyChange('AccessPolicyCreated', pass.policy, { id: created.id, accountId }),
    pass.signal,
  );
  return created.id;
}

/** Resolves with its id. */
export async function updatePolicy(
  port: PolicyPort,
  pass: PolicyPass,
  work: Work & { readonly own: RemotePolicy },
): Promise<string> {
  const { accountId, cloudflare } = work.account;
  const { id } = work.own;
  const updated = await cloudflare.updateAccessPolicy({ accountId, id }, work.wanted, pass.signal);
  if (updated === undefined)
    throw new OperatorError('Progressing', 'wait', 'The policy was deleted at Cloudflare. Creating it again');
  remember(port, accountId, { wanted: work.wanted, answered: updated });
  port.changed(pass.policy, policyChange('AccessPolicyUpdated', pass.policy, { id, accountId }), pass.signal);
  return id;
}

/** A creation may have succeeded without an answer. */
export function uncertain(): OperatorError {
  const message = 'Cloudflare did not answer a call. Checking again whether a policy was created';
  return new OperatorError('Progressing', 'wait', message);
}

/** False: an application uses it. */
export async function deletePolicy(
  port: PolicyPort,
  { policy, signal }: PolicyPass,
  { account, own }: { readonly account: Account; readonly own: RemotePolicy },
): Promise<boolean> {
  const { accountId, cloudflare } = account;
  if (!(await cloudflare.deleteAccessPolicy({ accountId, id: own.id }, signal))) return false;
  port.changed(policy, policyChange('AccessPolicyDeleted', policy, { id: own.id, accountId }), signal);
  return true;
}

interface Answered {
  readonly wanted: PolicyContent;
  readonly answered: PolicyContent;
}

function remember({ answers }: PolicyPort, accountId: string, { wanted, answered }: Answered): void {
  answers.set(`${accountId} ${wanted.name}`, { written: wanted, answered });
}

/** The policy is what Cloudflare made of the same content before. */
export function isAsAnswered(
  { answers }: PolicyPort,
  accountId: string,
  { wanted, own }: { readonly wanted: PolicyContent; readonly own: RemotePolicy },
): boolean {
  const known = answers.get(`${accountId} ${wanted.name}`);
  return known !== undefined && isSamePolicy(known.written, wanted) && isSamePolicy(known.answered, own);
}
