/** Writes the status of an AccessPolicy, and its events. */
import { surprisesOf } from '../../../core/access/policy.ts';
import { type PolicyEntry, accountsOf, entriesOf, policyStatus } from '../../../core/access/policy-status.ts';
import { type AccessReport, conditionsOf, notesOf } from '../../../core/access/report.ts';
import type { Condition } from '../../../api/conditions.ts';
import type { AccessPolicy } from '../../../api/objects.ts';
import { sameJson } from '../../../core/equal.ts';
import type { PolicyPass, PolicyPort } from './context.ts';
import type { Announce } from './write.ts';

interface Description {
  readonly entries: readonly PolicyEntry[];
  readonly report: AccessReport;
  /** Accounts that this pass has announced. */
  readonly announced?: ReadonlySet<string>;
}

export async function describePolicy(
  port: PolicyPort,
  { policy, signal }: PolicyPass,
  { entries, report, announced = new Set() }: Description,
): Promise<void> {
  const before = (policy.status?.conditions ?? []) as readonly Condition[];
  const conditions = conditionsOf(report, before, { now: port.now(), generation: policy.metadata.generation ?? 0 });
  const known = new Set(entries.map(({ accountId }) => accountId));
  const mayHaveIt = report.status === 'True' ? [] : [...new Set([...accountsOf(policy), ...announced])];
  const pending = mayHaveIt.filter((accountId) => !known.has(accountId));
  const status = policyStatus(policy, entries, { conditions, pending });
  if (announced.size === 0 && sameJson(status, policy.status)) return;
  await port.objects.applyStatus(policy, status, signal);
  await tell(port, policy, { before, conditions, signal });
}

interface Told {
  readonly before: readonly Condition[];
  readonly conditions: readonly Condition[];
  readonly signal: AbortSignal;
}

async function tell(port: PolicyPort, policy: AccessPolicy, { before, conditions, signal }: Told): Promise<void> {
  for (const note of notesOf(before, conditions)) await port.record(policy, note, signal);
  const [old = '', now = ''] = [before, conditions].map((list) => list.map(({ message }) => message).join());
  const untold = surprisesOf(policy.spec).filter((message) => now.includes(message) && !old.includes(message));
  for (const message of untold)
    await port.record(policy, { type: 'Warning', reason: 'DecisionMismatch', message }, signal);
}

/** Writes into the status where a policy is being created, before it is. */
export function announceIn(port: PolicyPort, { policy, signal }: PolicyPass, announced: Set<string>): Announce {
  return async (accountId) => {
    if (policy.status?.pendingAccounts?.includes(accountId) === true) return;
    announced.add(accountId);
    const conditions = (policy.status?.conditions ?? []) as readonly Condition[];
    const pending = [...new Set([...(policy.status?.pendingAccounts ?? []), ...announced])];
    const status = policyStatus(policy, entriesOf(policy), { conditions, pending });
    const observed = { ...status, observedGeneration: policy.status?.observedGeneration ?? -1 };
    await port.objects.applyStatus(policy, observed, signal);
  };
}
