import { FINALIZER } from '../../../api/names.ts';
import type { StepReport } from '../../../core/status/step-report.ts';
import { tunnelDeleted } from '../../../core/tunnel/changes.ts';
import {
  type Leftovers,
  describeLeftovers,
  hasTimedOut,
  lacksCredentials,
} from '../../../core/tunnel/clean-up-timeout.ts';
import type { Outcome } from '../../../runtime/controller.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import type { Note } from '../../../core/status/notes.ts';
import { describeDeleting } from '../status/describe.ts';
import { type LastPassPort, SECRET_POLL_MS, rememberPass, waitsForBackoff } from '../pass/last-pass.ts';
import { type RetentionPort, settleOwners } from '../owned/retain.ts';
import { report } from '../pass/report.ts';
import { CREDENTIALS_ACCEPTED } from '../steps/credentials.ts';
import { managedHostnames } from '../steps/dns-records/hostnames.ts';
import type { DnsRecordsPort } from '../steps/dns-records/port.ts';
import { type TunnelPass, withFreshStages } from '../pass/tunnel-pass.ts';
import { type StopPort, deleteProtection, deleteRecords, deleteRemote, stopConnectors } from './actions.ts';
import { type ReleasePort, release } from './release.ts';
import { type TracePort, findTrace, identify, openLastAccess } from './trace.ts';

export interface FinalizePort extends LastPassPort, TracePort, ReleasePort {
  readonly objects: RetentionPort['objects'] & StopPort['objects'] & ReleasePort['objects'];
  readonly cached: RetentionPort['cached'];
  readonly changed: StopPort['changed'];
  readonly dnsRecords: DnsRecordsPort;
  /** Records an event on the operator's own Lease, which outlives the namespaces of Tunnels. */
  readonly recordAboutOperator: (note: Note, signal: AbortSignal) => Promise<void>;
}

const CONNECTORS_RECHECK_MS = 2_000;

/** How long usable credentials have been waited for. */
const CREDENTIALS_WAIT = 'credentials';

/**
 * Cleans up behind a Tunnel, then releases it: records, connectors, connections, tunnel, finalizers of its Services, its
 * own. The conditions show what holds it up, and name what could not be removed at all. Owned objects are deleted with
 * the Tunnel through their owner reference; those of a suspended Tunnel lose it first, and stay.
 */
export async function finalizeTunnel(port: FinalizePort, pass: TunnelPass): Promise<Outcome> {
  const { tunnel, settings } = pass;
  if (tunnel.metadata.finalizers?.includes(FINALIZER) !== true) return {};
  if (pass.memory.isCleanedUp) return release(port, pass);
  await settleOwners(port, pass);
  if (settings.deletionPolicy !== 'Delete' || tunnel.spec.suspend === true) return release(port, pass);
  const waiting = await waitsForBackoff(port, pass);
  if (waiting !== undefined && !isGivenUp(pass, waiting.failures))
    return { recheckAfterMs: SECRET_POLL_MS, failures: waiting.failures };

  const leftovers = await cleanUp(port, pass);
  if (leftovers === undefined) return reportHeldUp(port, pass);
  const failures = await reportLeftovers(port, pass, leftovers);
  return { ...(await release(port, pass)), failures };
}

/** What is left at Cloudflare; `undefined`: the clean-up is not finished. Only the first report of a part counts. */
async function cleanUp(port: FinalizePort, pass: TunnelPass): Promise<Leftovers | undefined> {
  const { stages, tunnel, memory, signal } = pass;
  const trace = await stages.run('TunnelReady', () => findTrace(port, pass));
  if (trace === undefined) return undefined;
  if (trace === 'none') return leftoversOf(port, pass, {});
  const access = await stages.run('CredentialsReady', () => openLastAccess(port, pass, trace.accountId));
  report(stages, 'CredentialsReady', CREDENTIALS_ACCEPTED);
  const remote = await stages.run('TunnelReady', async () => access && identify(port, pass, { access, trace }));
  if (remote === 'none') return leftoversOf(port, pass, {});
  const name = trace.identity?.tunnelId ?? pass.remoteName;
  if (remote === undefined) return unlessHeldUp(port, pass, { tunnel: name, hasRecords: true });

  const records = await stages.run('DNSReady', () => deleteRecords(port.dnsRecords, pass, remote));
  const hasRecords = records === undefined;
  if (hasRecords && !isGivenUp(pass, stages.failures)) return undefined;
  report(stages, 'DNSReady', deleting('The records have been deleted'));
  const connectors = await stages.run('ConnectorsReady', () => stopConnectors(port, pass));
  report(stages, 'ConnectorsReady', deleting('The connectors are being stopped'));
  if (connectors === undefined) return undefined;
  if (!hasRecords) memory.isUnpublished = true;
  const applications = await stages.run('ConfigReady', () => deleteProtection(port, pass, remote.access));
  const deleted = await stages.run('TunnelReady', () => deleteRemote(pass, remote));
  if (deleted !== undefined) port.changed(tunnel, tunnelDeleted(remote.identity.tunnelId, trace.accountId), signal);
  const hasApplications = applications === undefined;
  return unlessHeldUp(port, pass, { ...(deleted === undefined ? { tunnel: name } : {}), hasRecords, hasApplications });
}

interface Left {
  readonly tunnel?: string;
  readonly hasRecords?: boolean;
  readonly hasApplications?: boolean;
}

/** A failure holds up the clean-up until it is given up. */
function unlessHeldUp(port: FinalizePort, pass: TunnelPass, left: Left): Leftovers | undefined {
  const { failures } = pass.stages;
  return failures.length === 0 || isGivenUp(pass, failures) ? leftoversOf(port, pass, left) : undefined;
}

function leftoversOf(port: FinalizePort, pass: TunnelPass, left: Left): Leftovers {
  const { tunnel, hasRecords = false, hasApplications = false } = left;
  const { published } = managedHostnames(port.dnsRecords, pass, []);
  const known = published === 'unknown' ? [] : published;
  const mayHaveRecords = hasRecords && (pass.settings.dnsMode === 'Sync' || known.length > 0);
  return { tunnel, hostnames: mayHaveRecords ? known : undefined, hasApplications, mark: pass.mark };
}

/** Starts to wait when credentials are missing for the first time. */
function isGivenUp({ memory }: TunnelPass, failures: readonly OperatorError[]): boolean {
  const reasons = failures.map(({ reason }) => reason);
  return lacksCredentials(reasons) && hasTimedOut(memory.waits.startOrContinue(CREDENTIALS_WAIT));
}

function deleting(message: string): StepReport {
  return { status: 'Unknown', reason: 'Deleting', message };
}

async function reportHeldUp(port: FinalizePort, pass: TunnelPass): Promise<Outcome> {
  const { failures } = pass.stages;
  await describeDeleting(port, pass);
  await rememberPass(port, pass);
  if (failures.length > 0) return { recheckAfterMs: SECRET_POLL_MS, failures };
  pass.memory.waits.end(CREDENTIALS_WAIT);
  return { recheckAfterMs: CONNECTORS_RECHECK_MS };
}

/**
 * Names the leftovers in the condition, for as long as another finalizer keeps the Tunnel; in an event on the operator's
 * Lease, since a namespace that is being deleted accepts none; and, as a failure, in the log.
 */
async function reportLeftovers(
  port: FinalizePort,
  pass: TunnelPass,
  leftovers: Leftovers,
): Promise<readonly OperatorError[]> {
  const message = describeLeftovers(leftovers, pass.stages.failures[0]?.message ?? '');
  if (message === undefined) return [];
  const last = withFreshStages(pass);
  report(last.stages, 'TunnelReady', { status: 'False', reason: 'LeftBehind', message });
  await describeDeleting(port, last);
  const note = {
    type: 'Warning',
    reason: 'LeftBehind',
    message: `Tunnel ${pass.key} was deleted. ${message}`,
  } as const;
  await port.recordAboutOperator(note, pass.signal);
  return [new OperatorError('LeftBehind', 'wait', message)];
}
