/** Writes the status of an AccessServiceToken, and its events. */
import type { Condition } from '../../../api/conditions.ts';
import { type AccessReport, conditionsOf, notesOf } from '../../../core/access/report.ts';
import { tokenStatus } from '../../../core/access/token-status.ts';
import { sameJson } from '../../../core/equal.ts';
import type { Account } from '../accounts.ts';
import type { TokenPass, TokenPort } from './context.ts';
import type { SyncedToken } from './sync.ts';

interface Description {
  readonly account?: Account | undefined;
  readonly synced?: SyncedToken | undefined;
  readonly report: AccessReport;
}

export async function describeToken(
  port: TokenPort,
  { token, signal }: TokenPass,
  { account, synced, report }: Description,
): Promise<void> {
  const before = (token.status?.conditions ?? []) as readonly Condition[];
  const conditions = conditionsOf(report, before, { now: port.now(), generation: token.metadata.generation ?? 0 });
  const { remote, record } = synced ?? {};
  const status = tokenStatus(token, { accountId: account?.accountId, remote, record, conditions });
  if (sameJson(status, token.status)) return;
  await port.objects.applyStatus(token, status, signal);
  for (const note of notesOf(before, conditions)) await port.record(token, note, signal);
}

/** Nothing else of the status is known yet. */
export async function announceAccount(port: TokenPort, { token, signal }: TokenPass, accountId: string): Promise<void> {
  const conditions = (token.status?.conditions ?? []) as readonly Condition[];
  const status = tokenStatus(token, { accountId, conditions });
  await port.objects.applyStatus(token, { ...status, observedGeneration: -1 }, signal);
}
