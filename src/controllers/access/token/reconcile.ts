import type { AccessServiceToken, ObjectKey } from '../../../api/objects.ts';
import { type AccessReport, readyOf, reportOfFailure } from '../../../core/access/report.ts';
import { tokenSchedule } from '../../../core/access/token-record.ts';
import { tokenReport } from '../../../core/access/token-status.ts';
import { scheduleProblem } from '../../../core/tunnel/rotation-schedule.ts';
import type { Outcome, Pass } from '../../../runtime/controller.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import { Stages } from '../../../runtime/stages.ts';
import { type Account, openAccount } from '../accounts.ts';
import { ensureFinalizer } from '../clean-up.ts';
import { type TokenPass, type TokenPort, beginTokenPass } from './context.ts';
import { announceAccount, describeToken } from './describe.ts';
import { finalizeToken } from './finalize.ts';
import { type SyncedToken, syncToken } from './sync.ts';

/** Brings a service token and its Secret to its spec. Safe at any time, any number of times, after any crash. */
export async function reconcileToken(port: TokenPort, key: ObjectKey, pass: Pass): Promise<Outcome> {
  const token = port.serviceTokens.get(key);
  if (token === undefined) return {};
  const current = beginTokenPass(port, token, pass);
  if (token.metadata.deletionTimestamp !== undefined) return finalizeToken(port, current);
  const stages = new Stages<'token'>(pass.signal);
  const account = await stages.run('token', () => enter(port, current));
  const synced = account && (await stages.run('token', () => syncToken({ port, pass: current, account })));
  const failures = [...stages.failures, ...(synced?.extension === undefined ? [] : [synced.extension])];
  const report = reportFor(port, current, { synced, failure: stages.failures[0] });
  await describeToken(port, current, { account, synced, report });
  return { recheckAfterMs: recheckMs(port, synced), failures };
}

/** The account is written into the status before anything is created in it, so that it is found after a crash. */
async function enter(port: TokenPort, pass: TokenPass): Promise<Account> {
  const { token, signal } = pass;
  const key = `${token.metadata.namespace}/${token.spec.tunnelRef.name}`;
  const tunnel = port.tunnels.get(key);
  if (tunnel === undefined)
    throw new OperatorError(
      'InvalidSpec',
      'wait',
      `Tunnel ${key} does not exist. Create it, or correct spec.tunnelRef`,
    );
  const account = await openAccount(port, tunnel, signal);
  const before = token.status?.accountId;
  if (before !== undefined && before !== account.accountId) throw moved(before, account.accountId);
  await ensureFinalizer(port, token, signal);
  if (before === undefined) await announceAccount(port, pass, account.accountId);
  return account;
}

function moved(before: string, now: string): OperatorError {
  const message = `The token was created in account ${before}, and the account of the Tunnel is now ${now}. Set it back, or delete and re-create the AccessServiceToken`;
  return new OperatorError('AccountChanged', 'stall', message);
}

interface Findings {
  readonly synced: SyncedToken | undefined;
  readonly failure: OperatorError | undefined;
}

function reportFor(port: TokenPort, { token, failures }: TokenPass, { synced, failure }: Findings): AccessReport {
  if (synced === undefined) {
    const missing = failure ?? new OperatorError('Progressing', 'retry', 'The token is not made yet');
    return reportOfFailure(missing, { ready: readyOf(token.status), failedPasses: failures });
  }
  const problem = scheduleText(port, token, synced);
  if (problem !== undefined) return { status: 'False', reason: 'InvalidSpec', message: problem, activity: 'Stalled' };
  return tokenReport(token, { remote: synced.remote, now: port.now(), failure: synced.extension?.message });
}

function scheduleText(port: TokenPort, token: AccessServiceToken, { record }: SyncedToken): string | undefined {
  const facts = { now: port.now(), schedule: tokenSchedule(token), planned: record.next };
  return scheduleProblem(facts, port.findNextTime)?.replace('spec.tokenRotation', 'spec.rotation');
}

/** A scheduled rotation is carried out when it is due. */
function recheckMs({ driftIntervalMs, now }: TokenPort, synced: SyncedToken | undefined): number {
  const next = synced?.record.next;
  const leftMs = next === undefined ? driftIntervalMs : Date.parse(next.time) - Date.parse(now());
  return Math.max(0, Math.min(leftMs, driftIntervalMs));
}
