/** What cleaning up behind a Tunnel does. Each action looks first, so that it continues where a crash has left it. */
import type { ConfigMap } from '../../../api/objects.ts';
import type { RecordView } from '../../../core/dns/record-presence.ts';
import type { TunnelHostnames } from '../../../core/dns/records.ts';
import { ownershipOf } from '../../../core/manifests/ownership.ts';
import { listed } from '../../../core/quote.ts';
import { connectorsStopped } from '../../../core/tunnel/changes.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import type { Access, Cache, Objects, Recorder } from '../pass/ports.ts';
import { noteOf } from '../steps/applications/note.ts';
import { deleteApplications } from '../steps/applications/retire.ts';
import type { RolloutPort } from '../steps/connectors.ts';
import { managedHostnames } from '../steps/dns-records/hostnames.ts';
import { findInvisible, invisibleError } from '../steps/dns-records/invisible-zones.ts';
import { type Attempt, unlessForbidden } from '../pass/attempt.ts';
import { observeRecords } from '../steps/dns-records/observe.ts';
import type { DnsRecordsPort } from '../steps/dns-records/port.ts';
import { handedOver } from '../steps/dns-records/rules.ts';
import { syncRecords } from '../steps/dns-records/sync.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import { type Remote, uncertain } from './trace.ts';

/** Nothing may be left behind: a zone that fails holds up the clean-up. */
const orThrow: Attempt = (work) => work();

/**
 * Deletes the records of the published hostnames, and then whatever else carries the Tunnel's mark in any zone: the
 * ConfigMap that lists what is published may have been deleted or created again meanwhile. A record that another Tunnel
 * claims is left for that Tunnel to take over, for a limited time.
 */
export async function deleteRecords(port: DnsRecordsPort, pass: TunnelPass, remote: Remote): Promise<'deleted'> {
  const { dnsMode } = pass.settings;
  if (dnsMode === 'UpsertOnly') return 'deleted';
  const known = managedHostnames(port, pass, []);
  const job = { port, pass, remote };
  const published = known.published.length > 0 ? await deleteIn(job, known, orThrow) : undefined;
  const everywhere: TunnelHostnames = { wanted: [], published: 'unknown' };
  const marked = dnsMode === 'Sync' ? await deleteIn(job, everywhere, unlessForbidden) : undefined;
  const invisible = findInvisible(port, pass, { view: published, isForbidden: false });
  if (invisible.length > 0) throw invisibleError(invisible);
  const awaited = [published, marked].flatMap((view) => (view === undefined ? [] : handedOver(port, pass, view)));
  if (awaited.length === 0) return 'deleted';
  const names = listed([...new Set(awaited)]);
  throw new OperatorError('Deleting', 'wait', `Waiting for the Tunnels that take over ${names}`);
}

interface DeleteJob {
  readonly port: DnsRecordsPort;
  readonly pass: TunnelPass;
  readonly remote: Remote;
}

/** Deletes every record of the Tunnel in the zones of the hostnames, and returns what was there before. */
async function deleteIn(
  { port, pass, remote: { access, identity } }: DeleteJob,
  hostnames: TunnelHostnames,
  look: Attempt,
): Promise<RecordView> {
  const { cloudflare } = access;
  const view = await observeRecords({ cloudflare, attempt: look }, pass, hostnames);
  const serving = { ...NOTHING_SERVED, tunnelId: identity.tunnelId };
  const { refused, waiting } = await syncRecords({ port, pass, cloudflare, serving, attempt: orThrow }, view);
  refuseToLeave(
    [...refused.values()].map(({ message }) => message),
    waiting,
  );
  const unclear = [...view.records.keys()].find((zone) => !cloudflare.hasAllRecords(zone));
  if (unclear !== undefined) throw uncertain(`a record was created in zone ${unclear.name}`);
  return view;
}

const NOTHING_SERVED = {
  isPublished: () => false,
  addressesOf: () => undefined,
  isServed: () => false,
  isRolling: false,
  sourcesOf: () => [],
};

/** A record that is still there holds up the clean-up. */
function refuseToLeave(refusals: readonly string[], waiting: readonly string[]): void {
  if (refusals.length > 0) throw new OperatorError('CloudflareRefused', 'stall', listed(refusals.toSorted(), '; '));
  if (waiting.length > 0)
    throw new OperatorError(
      'Deleting',
      'wait',
      `Records to be deleted in the next pass: ${listed(waiting.toSorted())}`,
    );
}

export interface StopPort extends RolloutPort, Pick<Recorder, 'changed'> {
  readonly objects: Pick<Objects, 'delete'>;
  readonly hash: (text: string) => string;
}

/** Deletes the Deployment in the foreground: once it is gone, its pods are. `undefined`: they are still stopping. */
export async function stopConnectors(port: StopPort, pass: TunnelPass): Promise<'stopped' | undefined> {
  const { tunnel, signal } = pass;
  const deployment = port.deployments.get(pass.workload);
  if (deployment === undefined || ownershipOf(deployment, tunnel, port.hash).kind === 'foreign') return 'stopped';
  if (deployment.metadata.deletionTimestamp !== undefined) return undefined;
  await port.objects.delete(deployment, 'Foreground', signal);
  port.changed(tunnel, connectorsStopped(deployment), signal);
  return undefined;
}

export interface ProtectionPort extends Pick<Recorder, 'changed'> {
  readonly configMaps: Cache<ConfigMap>;
}

/** Nobody enters any more, so nothing is left to be protected. */
export async function deleteProtection(
  port: ProtectionPort,
  pass: TunnelPass,
  access: Access,
): Promise<'deleted' | undefined> {
  const note = noteOf(port, pass);
  if (note === 'none') return 'deleted';
  const remove = (): Promise<'deleted'> => deleteApplications(port, pass, access);
  return note === 'some' ? remove() : ((await unlessForbidden(remove)) ?? 'deleted');
}

export async function deleteRemote({ signal }: TunnelPass, { access, identity }: Remote): Promise<'deleted'> {
  const { cloudflare, accountId } = access;
  const { tunnelId } = identity;
  await cloudflare.dropConnections(accountId, tunnelId, signal);
  if (await cloudflare.deleteTunnel(accountId, tunnelId, signal)) return 'deleted';
  const message = `Other connectors are still connected to tunnel ${tunnelId}. Stop them, so that the tunnel can be deleted`;
  throw new OperatorError('Deleting', 'wait', message);
}
