/** Brings the policy in one account to its spec. */
import type { AccessReason } from '../../../api/conditions.ts';
import { contentOf, isSamePolicy, ownPolicy } from '../../../core/access/policy.ts';
import { listsNeeded, referencesTo } from '../../../core/access/references.ts';
import { policyChange } from '../../../core/access/policy-status.ts';
import type { PolicyContent, RemotePolicy } from '../../../core/access/remote.ts';
import type { References } from '../../../core/access/rules.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import type { Account } from '../accounts.ts';
import type { PolicyPass, PolicyPort } from './context.ts';

export interface Synced {
  /** The policy that may be used; absent: there is none, not even a last good one. */
  readonly policyId?: string | undefined;
  readonly problem?: { readonly reason: AccessReason; readonly message: string };
}

/** Resolves before anything is created in the account, so that what is created is found after a crash. */
export type Announce = (accountId: string) => Promise<void>;

export async function syncPolicy(
  port: PolicyPort,
  pass: PolicyPass,
  { account, announce }: { readonly account: Account; readonly announce: Announce },
): Promise<Synced> {
  const { policy, name, maxAgeMs, signal } = pass;
  const { accountId, cloudflare } = account;
  const policies = await cloudflare.accessPolicies(accountId, maxAgeMs, signal);
  const own = ownPolicy(policies, name);
  if (policy.spec.existing !== undefined) return useExisting(port, pass, { account, policies });
  const wanted = contentOf(policy.spec, name, await readReferences(port, pass, account));
  if ('problem' in wanted) {
    const reason = wanted.isReference === true ? 'ReferenceNotFound' : 'PolicyInvalid';
    return { policyId: own?.id, problem: { reason, message: `${wanted.problem}${keptText(own)}` } };
  }
  if (own === undefined) return create(port, pass, { account, wanted, announce });
  if (isSamePolicy(wanted, own) || isAsAnswered(port, accountId, { wanted, own })) return { policyId: own.id };
  return update(port, pass, { account, wanted, own });
}

function keptText(own: RemotePolicy | undefined): string {
  return own === undefined ? '' : '. Until then the last good policy stays in force';
}

async function useExisting(
  port: PolicyPort,
  pass: PolicyPass,
  { account, policies }: { readonly account: Account; readonly policies: readonly RemotePolicy[] },
): Promise<Synced> {
  const { policy, name } = pass;
  const id = policy.spec.existing?.id;
  const own = ownPolicy(policies, name);
  if (policies.some((one) => one.id === id)) {
    if (own !== undefined && !own.isUsed) await deletePolicy(port, pass, { account, own });
    return { policyId: id };
  }
  const before = policy.status?.accounts?.find(({ accountId }) => accountId === account.accountId)?.policyId;
  const kept = policies.find((one) => one.id === before);
  const message = `Account ${account.accountId} has no reusable policy with the id in spec.existing${keptText(kept)}`;
  return { policyId: kept?.id, problem: { reason: 'PolicyNotFound', message } };
}

/** A list is read only for a rule that names something in it. */
async function readReferences(
  port: PolicyPort,
  pass: PolicyPass,
  { accountId, cloudflare }: Account,
): Promise<References> {
  const { policy, maxAgeMs, signal } = pass;
  const needed = listsNeeded(policy.spec);
  return referencesTo({
    accountId,
    groups: needed.groups ? await cloudflare.accessGroups(accountId, maxAgeMs, signal) : [],
    loginMethods: needed.loginMethods ? await cloudflare.loginMethods(accountId, maxAgeMs, signal) : [],
    serviceToken: (name) => port.serviceTokens.get(`${policy.metadata.namespace}/${name}`),
  });
}

interface Work {
  readonly account: Account;
  readonly wanted: PolicyContent;
}

async function create(
  port: PolicyPort,
  pass: PolicyPass,
  work: Work & { readonly announce: Announce },
): Promise<Synced> {
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
  return { policyId: created.id };
}

async function update(
  port: PolicyPort,
  pass: PolicyPass,
  work: Work & { readonly own: RemotePolicy },
): Promise<Synced> {
  const { accountId, cloudflare } = work.account;
  const { id } = work.own;
  const updated = await cloudflare.updateAccessPolicy({ accountId, id }, work.wanted, pass.signal);
  if (updated === undefined)
    throw new OperatorError('Progressing', 'wait', 'The policy was deleted at Cloudflare. Creating it again');
  remember(port, accountId, { wanted: work.wanted, answered: updated });
  port.changed(pass.policy, policyChange('AccessPolicyUpdated', pass.policy, { id, accountId }), pass.signal);
  return { policyId: id };
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
function isAsAnswered(
  { answers }: PolicyPort,
  accountId: string,
  { wanted, own }: { readonly wanted: PolicyContent; readonly own: RemotePolicy },
): boolean {
  const known = answers.get(`${accountId} ${wanted.name}`);
  return known !== undefined && isSamePolicy(known.written, wanted) && isSamePolicy(known.answered, own);
}
