/** Decides when clean-up behind a deleted Tunnel is given up, and says what it leaves behind. */
import type { TunnelReason } from '../../api/conditions.ts';
import { listed } from '../quote.ts';

/** Failures that only whoever holds the credentials can mend; every other one passes by itself or is worth waiting for. */
const CREDENTIAL_REASONS: ReadonlySet<TunnelReason> = new Set([
  'SecretNotFound',
  'SecretInvalid',
  'CredentialsRejected',
  'PermissionMissing',
]);

/** How long usable credentials are waited for. */
const PATIENCE_MS = 300_000;

/** Whether clean-up is held up by credentials and by nothing else. An outage at the same time is waited out. */
export function lacksCredentials(reasons: readonly TunnelReason[]): boolean {
  return reasons.length > 0 && reasons.every((reason) => CREDENTIAL_REASONS.has(reason));
}

/** Whether credentials have been missing for so long that nobody will bring them back. */
export function hasTimedOut(startOrContinue: number): boolean {
  return startOrContinue >= PATIENCE_MS;
}

/** What of a Tunnel may still be at Cloudflare. */
export interface Leftovers {
  /** Id, or the name of one whose making was never noted. */
  readonly tunnel: string | undefined;
  /** Hostnames whose records were not deleted, as far as they are known; `undefined`: no record is left. */
  readonly hostnames: readonly string[] | undefined;
  /** The comment by which the records are found. */
  readonly mark: string;
}

/** What a person needs to finish the work by hand; `undefined`: nothing is left. */
export function describeLeftovers({ tunnel, hostnames, mark }: Leftovers, why: string): string | undefined {
  const ofTunnel = tunnel === undefined ? [] : [`tunnel ${tunnel}`];
  const ofRecords = hostnames === undefined ? [] : [`${recordsOf(hostnames)} with the comment "${mark}"`];
  const remains = [...ofTunnel, ...ofRecords];
  return remains.length === 0 ? undefined : `Left behind at Cloudflare: ${remains.join(', and ')}. ${why}`;
}

/** The list of what is published may be younger than a record that nobody could delete. */
function recordsOf(hostnames: readonly string[]): string {
  return hostnames.length === 0 ? 'any records' : `records of ${listed(hostnames)} and any others`;
}
