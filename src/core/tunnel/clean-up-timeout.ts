/** Decides when to give up the clean-up of a deleted Tunnel, and describes what it leaves behind. */
import type { TunnelReason } from '../../api/conditions.ts';
import { listed } from '../quote.ts';

/** Failures that only valid credentials can resolve. The operator waits for the end of every other failure. */
const CREDENTIAL_REASONS: ReadonlySet<TunnelReason> = new Set([
  'SecretNotFound',
  'SecretInvalid',
  'CredentialsRejected',
  'PermissionMissing',
]);

/** How long a clean-up waits for valid credentials. */
const CREDENTIALS_TIMEOUT_MS = 300_000;

/** Whether clean-up is blocked by credentials alone. If there is an outage as well, the operator waits for its end. */
export function lacksCredentials(reasons: readonly TunnelReason[]): boolean {
  return reasons.length > 0 && reasons.every((reason) => CREDENTIAL_REASONS.has(reason));
}

/** Whether the clean-up has waited too long for valid credentials. */
export function hasTimedOut(waitedMs: number): boolean {
  return waitedMs >= CREDENTIALS_TIMEOUT_MS;
}

/** What a Tunnel may have left at Cloudflare. */
export interface Leftovers {
  /** Id of the tunnel, or its name if the id was never recorded. */
  readonly tunnel: string | undefined;
  /** Known hostnames whose records were not deleted; `undefined`: no record is left. */
  readonly hostnames: readonly string[] | undefined;
  /** There may be Access applications. */
  readonly hasApplications?: boolean;
  /** The comment on the records, and the end of the applications' names. */
  readonly mark: string;
}

/** What to remove by hand; `undefined`: nothing is left. */
export function describeLeftovers(
  { tunnel, hostnames, hasApplications = false, mark }: Leftovers,
  why: string,
): string | undefined {
  const tunnels = tunnel === undefined ? [] : [`tunnel ${tunnel}`];
  const records = hostnames === undefined ? [] : [`${recordsOf(hostnames)} with the comment "${mark}"`];
  const applications = hasApplications ? [`Access applications with "${mark}" in their name`] : [];
  const leftovers = [...tunnels, ...records, ...applications];
  return leftovers.length === 0 ? undefined : `Left behind at Cloudflare: ${leftovers.join(', and ')}. ${why}`;
}

/** The list of hostnames may be incomplete, because a record can be older than the list of published routes. */
function recordsOf(hostnames: readonly string[]): string {
  return hostnames.length === 0 ? 'any records' : `records of ${listed(hostnames)} and any others`;
}
