import {
  type RecordView,
  mayLeadToTunnel,
  recordIsAbsent,
  recordMayExist,
} from '../../../../core/dns/record-presence.ts';
import { leftoverHostnames } from '../../../../core/dns/unrecorded.ts';
import type { Hostname } from '../../../../core/model/hostname.ts';
import type { TunnelPass } from '../../pass/tunnel-pass.ts';
import type { KnownRecords } from '../rules.ts';
import { hasForgotten, publicationOf } from './hostnames.ts';
import type { InvisibleRecords } from './invisible-zones.ts';
import type { DnsRecordsPort } from './port.ts';

interface Lookups {
  readonly view: RecordView | undefined;
  readonly invisible: InvisibleRecords;
}

/** Sums up the lookups before the rules are written. A record that was given up counts as absent. */
export function knownRecords(port: DnsRecordsPort, pass: TunnelPass, { view, invisible }: Lookups): KnownRecords {
  const { waiting } = invisible;
  const { mark, settings } = pass;
  const placed = new Set(view?.zoned.zones.flatMap(({ hostnames }) => hostnames));
  const givenUp = new Set(invisible.givenUp);
  const mayExist = recordMayExist(view, mark, settings.dnsMode, waiting === 'any' ? [] : waiting);
  const isAbsent = recordIsAbsent(view, mark);
  return {
    mayExist: (route) => !givenUp.has(route.hostname) && mayExist(route),
    mayLeadToTunnel: mayLeadToTunnel(view, mark),
    mayBeMade: (hostname) => placed.has(hostname),
    isGone: (hostname) => givenUp.has(hostname) || isAbsent(hostname),
    mayBeForgotten: waiting === 'any' || hasForgotten(port, pass, view),
  };
}

/** Hostnames whose record is still to be removed. */
export function leftoversOf(
  port: DnsRecordsPort,
  pass: TunnelPass,
  { isGone }: Pick<KnownRecords, 'isGone'>,
): readonly Hostname[] {
  return leftoverHostnames(publicationOf(port, pass)).filter((hostname) => !isGone(hostname));
}
