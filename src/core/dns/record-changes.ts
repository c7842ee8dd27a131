/** Says which DNS records a batch has made, updated and deleted, and whom it concerns. */
import type { ChangeReason } from '../../api/conditions.ts';
import type { ObjectKey } from '../../api/objects.ts';
import type { Change } from '../model/change.ts';
import type { DnsChange } from './plan.ts';

export interface RecordChangeReport {
  /** Where the event goes; absent: to the Tunnel. */
  readonly service: ObjectKey | undefined;
  readonly change: Change;
}

/** A batch for more Services is reported only on the Tunnel: thousands of events would take too long. */
const MOST_SERVICES = 20;
const MOST_NAMED = 3;

const REASONS: Readonly<Record<DnsChange['kind'], ChangeReason>> = {
  delete: 'RecordDeleted',
  update: 'RecordUpdated',
  create: 'RecordCreated',
};

/** `serviceOf`: the Service that a hostname is of, if it is there to be told. */
export function recordChanges(
  zone: string,
  changes: readonly DnsChange[],
  serviceOf: (hostname: string) => ObjectKey | undefined,
): readonly RecordChangeReport[] {
  const concerned = new Set(changes.map(({ name }) => serviceOf(name)));
  const told = concerned.size > MOST_SERVICES ? () => undefined : serviceOf;
  const groups = Map.groupBy(changes, ({ kind, name }) => `${kind} ${String(told(name))}`);
  return [...groups.values()].map((group) => ({
    service: group[0] && told(group[0].name),
    change: changeOf(zone, group, serviceOf),
  }));
}

/** `changes`: all of one kind. */
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
  return { reason: REASONS[kind], message: sentenceOf(zone, changes, `${kind}d`), entries };
}

function sentenceOf(zone: string, changes: readonly DnsChange[], done: string): string {
  const names = [...new Set(changes.map(({ name }) => name))];
  const rest = names.length - MOST_NAMED;
  const named = `${names.slice(0, MOST_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return names.length === 1
    ? `The DNS record ${named} was ${done} in zone ${zone}`
    : `${names.length} DNS records were ${done} in zone ${zone}: ${named}`;
}
