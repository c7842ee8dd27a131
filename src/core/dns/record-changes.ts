/** Reports the DNS records that a batch has created, updated and deleted. */
import type { ChangeReason } from '../../api/conditions.ts';
import type { ObjectKey } from '../../api/objects.ts';
import type { Change } from '../model/change.ts';
import type { DnsChange } from './plan.ts';

export interface RecordChangeReport {
  /** The Service that gets the event; `undefined`: the Tunnel gets it. */
  readonly service: ObjectKey | undefined;
  readonly change: Change;
}

/** A batch for more Services is reported on the Tunnel alone, because thousands of events would take too long. */
const MAX_SERVICES = 20;
const MAX_NAMES = 3;

const REASONS: Readonly<Record<DnsChange['kind'], ChangeReason>> = {
  delete: 'RecordDeleted',
  update: 'RecordUpdated',
  create: 'RecordCreated',
};

/** `serviceOf`: the Service behind a hostname, if it still exists. */
export function recordChanges(
  zone: string,
  changes: readonly DnsChange[],
  serviceOf: (hostname: string) => ObjectKey | undefined,
): readonly RecordChangeReport[] {
  const services = new Set(changes.map(({ name }) => serviceOf(name)));
  const recipientOf = services.size > MAX_SERVICES ? () => undefined : serviceOf;
  const groups = Map.groupBy(changes, ({ kind, name }) => `${kind} ${String(recipientOf(name))}`);
  return [...groups.values()].map((group) => ({
    service: group[0] && recipientOf(group[0].name),
    change: changeOf(zone, group, serviceOf),
  }));
}

/** `changes` are all of one kind. */
function changeOf(
  zone: string,
  changes: readonly DnsChange[],
  serviceOf: (hostname: string) => ObjectKey | undefined,
): Change {
  const kind = changes[0]?.kind ?? 'create';
  const entries = changes.map((change) => {
    const service = serviceOf(change.name);
    const target = change.kind === 'delete' ? {} : { target: change.record.content };
    return { hostname: change.name, zone, ...target, ...(service === undefined ? {} : { service }) };
  });
  return { reason: REASONS[kind], message: messageFor(zone, changes, `${kind}d`), entries };
}

function messageFor(zone: string, changes: readonly DnsChange[], pastTense: string): string {
  const names = [...new Set(changes.map(({ name }) => name))];
  const rest = names.length - MAX_NAMES;
  const named = `${names.slice(0, MAX_NAMES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return names.length === 1
    ? `The DNS record ${named} was ${pastTense} in zone ${zone}`
    : `${names.length} DNS records were ${pastTense} in zone ${zone}: ${named}`;
}
