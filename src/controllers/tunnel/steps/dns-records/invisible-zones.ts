/** Waits for records that are to be removed but may lie in zones that the token does not see or may not write in. */
import type { RecordView } from '../../../../core/dns/record-presence.ts';
import { type Invisible, invisibleHostnames } from '../../../../core/dns/unrecorded.ts';
import type { Hostname } from '../../../../core/model/hostname.ts';
import { listed } from '../../../../core/quote.ts';
import { describeLeftovers, hasTimedOut } from '../../../../core/tunnel/clean-up-timeout.ts';
import { OperatorError } from '../../../../runtime/errors.ts';
import type { TunnelPass } from '../../pass/tunnel-pass.ts';
import { publicationOf } from './hostnames.ts';
import type { DnsRecordsPort } from './port.ts';

export interface InvisibleRecords {
  /** Still waited for. */
  readonly waiting: Invisible;
  /** Left behind, and named in an event once the rules no longer wait for them. */
  readonly givenUp: readonly Hostname[];
  /** What the event says. */
  readonly message?: string | undefined;
}

const NONE: InvisibleRecords = { waiting: [], givenUp: [] };

const WAIT = 'invisible zones';

/**
 * Keeps rules whose records cannot be seen, and their Services, for as long as credentials are waited for anywhere.
 * After that the records are given up.
 */
export function awaitInvisible(port: DnsRecordsPort, pass: TunnelPass, view: RecordView | undefined): InvisibleRecords {
  const { waits } = pass.memory;
  const invisible = findInvisible(port, pass, { view, isForbidden: areRecordsForbidden(pass) });
  if (invisible.length === 0) {
    if (view !== undefined) waits.end(WAIT);
    return NONE;
  }
  const error = invisibleError(invisible);
  if (!hasTimedOut(waits.startOrContinue(WAIT))) {
    pass.stages.fail('DNSReady', error);
    return { waiting: invisible, givenUp: [] };
  }
  const givenUp = invisible === 'any' ? [] : invisible;
  const leftovers = { tunnel: undefined, hostnames: givenUp, mark: pass.mark };
  return { waiting: [], givenUp, message: describeLeftovers(leftovers, error.message) };
}

/** Called once the rules are written. After that nothing looks for the records again, so the event is not repeated. */
export async function reportGivenUp(
  { record }: Pick<DnsRecordsPort, 'record'>,
  { tunnel, signal }: TunnelPass,
  { message }: InvisibleRecords,
): Promise<void> {
  if (message !== undefined) await record(tunnel, { type: 'Warning', reason: 'LeftBehind', message }, signal);
}

/** Hostnames whose record is to be removed, and cannot be seen or, with `isForbidden`, be written. */
export function findInvisible(
  port: DnsRecordsPort,
  pass: TunnelPass,
  { view, isForbidden }: { readonly view: RecordView | undefined; readonly isForbidden: boolean },
): Invisible {
  if (view === undefined && !isForbidden) return [];
  return invisibleHostnames(view ?? NOTHING_SEEN, publicationOf(port, pass), isForbidden);
}

const NOTHING_SEEN = { visible: [], writable: [] };

/** Whether Cloudflare has refused a lookup of this pass or a write of the last one, and nothing is merely unavailable. */
function areRecordsForbidden({ stages: { reports, failures }, memory }: TunnelPass): boolean {
  const isRefused = reports.get('DNSReady')?.reason === 'PermissionMissing';
  const wasRefused = memory.lastPass?.areRecordsForbidden === true;
  return (isRefused || wasRefused) && !failures.some(({ disposition }) => disposition === 'retry');
}

export function invisibleError(invisible: Invisible): OperatorError {
  const names = invisible === 'any' ? 'names that are no longer known' : listed(invisible);
  const message = `Cannot delete the records of ${names}: the token may not read or write the zone that holds them. Give it the permissions "Zone Read" and "DNS Write" there. The operator gives up after 5 minutes, in case the zone no longer exists`;
  return new OperatorError('PermissionMissing', 'wait', message);
}
