import type { AccessPolicy, ObjectKey } from '../../../api/objects.ts';
import { surprisesOf } from '../../../core/access/policy.ts';
import { type PolicyEntry, accountsOf, entriesOf, goodReport } from '../../../core/access/policy-status.ts';
import { type AccessReport, readyOf, reportOfFailure } from '../../../core/access/report.ts';
import { hasFinalizer } from '../../../core/finalizer.ts';
import type { Outcome, Pass } from '../../../runtime/controller.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import { Stages } from '../../../runtime/stages.ts';
import { ensureFinalizer, release } from '../clean-up.ts';
import { type PolicyPass, type PolicyPort, beginPolicyPass } from './context.ts';
import { announceIn, describePolicy } from './describe.ts';
import { finalizePolicy } from './finalize.ts';
import { type Synced, syncPolicy } from './sync.ts';
import { type UsedAccount, usedAccounts } from './used-accounts.ts';
import { withdrawPolicy } from './withdraw.ts';
import type { Announce } from './write.ts';

/** How soon it is looked again whether an application still uses a policy that nobody asks for. */
const WITHDRAW_RECHECK_MS = 10_000;

/** Brings a policy to its spec in every account whose Tunnels use it, and removes it from all others. */
export async function reconcilePolicy(port: PolicyPort, key: ObjectKey, pass: Pass): Promise<Outcome> {
  const policy = port.policies.get(key);
  if (policy === undefined) return {};
  const current = beginPolicyPass(port, policy, pass);
  const users = port.usersOf(key);
  if (policy.metadata.deletionTimestamp !== undefined) return finalizePolicy(port, current, users);
  if (users.length > 0 && !(await ensureFinalizer(port, policy, pass.signal))) return {};
  return carryOut(port, current, users);
}

async function carryOut(port: PolicyPort, pass: PolicyPass, users: readonly ObjectKey[]): Promise<Outcome> {
  const stages = new Stages<string>(pass.signal);
  const announced = new Set<string>();
  const used = await usedAccounts(port, pass, { users, stages });
  const synced = await syncAccounts(port, pass, { used, stages, announce: announceIn(port, pass, announced) });
  const left = await withdrawOthers(port, pass, { used, stages });
  const entries = [...entriesFrom(pass.policy, used, synced), ...left];
  const problem = [...synced.values()].find((one) => one?.problem !== undefined)?.problem;
  const report = reportFor(pass, { stages, problem, isUsed: users.length > 0 });
  await describePolicy(port, pass, { entries, report, announced });
  // Nothing of it is at Cloudflare, so nothing has to be cleaned up.
  if (users.length === 0 && entries.length === 0 && stages.failures.length === 0) await releaseUnused(port, pass);
  const failures = [...stages.failures, ...(problem === undefined ? [] : missingIn(problem))];
  return { recheckAfterMs: left.length > 0 ? WITHDRAW_RECHECK_MS : port.driftIntervalMs, failures };
}

async function releaseUnused(port: PolicyPort, { policy, key, signal }: PolicyPass): Promise<void> {
  const current = port.policies.get(key) ?? policy;
  if (hasFinalizer(current)) await release(port, current, signal);
}

/** What is missing at Cloudflare is looked for again; a mistake waits for its author. */
function missingIn({ reason, message }: NonNullable<Synced['problem']>): readonly OperatorError[] {
  return reason === 'PolicyInvalid' ? [] : [new OperatorError('InvalidSpec', 'stall', message)];
}

interface Accounts {
  readonly used: ReadonlyMap<string, UsedAccount>;
  readonly stages: Stages<string>;
}

async function syncAccounts(
  port: PolicyPort,
  pass: PolicyPass,
  { used, stages, announce }: Accounts & { readonly announce: Announce },
): Promise<ReadonlyMap<string, Synced | undefined>> {
  const synced = new Map<string, Synced | undefined>();
  for (const [accountId, { account }] of used)
    synced.set(
      accountId,
      account && (await stages.run(accountId, () => syncPolicy(port, pass, { account, announce }))),
    );
  return synced;
}

/** While an account of a Tunnel is unknown, it may be one of the others, so that none of them is. */
async function withdrawOthers(
  port: PolicyPort,
  pass: PolicyPass,
  { used, stages }: Accounts,
): Promise<readonly PolicyEntry[]> {
  const others = accountsOf(pass.policy).filter((accountId) => !used.has(accountId));
  const entriesIn = (accountId: string): readonly PolicyEntry[] =>
    entriesOf(pass.policy).filter((entry) => entry.accountId === accountId);
  if (stages.failures.length > 0) return others.flatMap(entriesIn);
  const left: PolicyEntry[] = [];
  for (const accountId of others)
    left.push(...((await stages.run(accountId, () => withdrawPolicy(port, pass, accountId))) ?? entriesIn(accountId)));
  return left;
}

/** An account whose pass failed keeps its entry: the last good policy stays in force. */
function entriesFrom(
  policy: AccessPolicy,
  used: ReadonlyMap<string, UsedAccount>,
  synced: ReadonlyMap<string, Synced | undefined>,
): readonly PolicyEntry[] {
  const before = new Map(entriesOf(policy).map((entry) => [entry.accountId, entry.policyId]));
  return [...used].flatMap(([accountId, { tunnels }]) => {
    const result = synced.get(accountId);
    const policyId = result === undefined ? before.get(accountId) : result.policyId;
    return policyId === undefined ? [] : [{ accountId, policyId, tunnels }];
  });
}

interface Findings {
  readonly stages: Stages<string>;
  readonly problem: Synced['problem'];
  readonly isUsed: boolean;
}

function reportFor({ policy, failures }: PolicyPass, { stages, problem, isUsed }: Findings): AccessReport {
  const failure = stages.failures.find(({ disposition }) => disposition === 'stall') ?? stages.failures[0];
  if (problem !== undefined) return { status: 'False', ...problem, activity: 'Stalled' };
  if (failure instanceof OperatorError)
    return reportOfFailure(failure, { ready: readyOf(policy.status), failedPasses: failures });
  return goodReport(isUsed, surprisesOf(policy.spec));
}
