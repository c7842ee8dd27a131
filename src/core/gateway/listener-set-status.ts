/** Describes a ListenerSet that names a Gateway of ours. */
import type { Condition } from '../../api/conditions.ts';
import type { ListenerSet } from '../../api/gateway-objects.ts';
import { keyOf } from '../keys.ts';
import { listed } from '../quote.ts';
import { type Report, conditionFrom } from '../status/conditions.ts';
import type { GatewayFacts, GatewayStatus } from './gateway-status.ts';
import { isUsable, listenerStatus } from './listener-status.ts';
import type { StatedListener } from './stated-listeners.ts';

export type ListenerSetStatus = Required<NonNullable<ListenerSet['status']>>;

export interface ListenerSetFacts extends Omit<GatewayFacts, 'tunnel' | 'problem'> {
  readonly isAdmitted: boolean;
  /** What is said of the Gateway. */
  readonly told: Pick<GatewayStatus, 'conditions'>;
}

export function listenerSetStatus(set: ListenerSet, facts: ListenerSetFacts): ListenerSetStatus {
  const { certificates, attachedRoutes, now } = facts;
  const own = facts.listeners.filter(({ by }) => by === set);
  const isAccepted = accepted(own, facts);
  const isProgrammed = programmed(isAccepted, facts);
  const pending = isProgrammed.status === 'True' ? undefined : isProgrammed.message;
  const condition = (type: string, report: Report): Condition =>
    conditionFrom(type, report, set.status?.conditions ?? [], now, set.metadata.generation ?? 0);
  return {
    conditions: [condition('Accepted', isAccepted), condition('Programmed', isProgrammed)],
    listeners: own.map((stated) =>
      listenerStatus(stated, {
        certificate: certificates.get(stated.id),
        attachedRoutes: attachedRoutes.get(stated.id) ?? 0,
        pending,
        now,
      }),
    ),
  };
}

function accepted(
  own: readonly StatedListener[],
  { gateway, isAdmitted, told, certificates }: ListenerSetFacts,
): Report {
  const what = `Gateway ${keyOf(gateway)}`;
  if (!isAdmitted)
    return {
      status: 'False',
      reason: 'NotAllowed',
      message: `${what} does not admit it: see spec.allowedListeners there`,
    };
  const parent = told.conditions.find(({ type }) => type === 'Accepted');
  if (parent?.status !== 'True')
    return {
      status: 'False',
      reason: 'ParentNotAccepted',
      message: `${what} is not accepted: ${parent?.message ?? ''}`,
    };
  const invalid = own.filter((stated) => !isUsable(stated, certificates.get(stated.id)));
  if (invalid.length === 0) return { status: 'True', reason: 'Accepted', message: `Attached to ${what}` };
  const names = listed(invalid.map(({ listener }) => listener.name));
  const message = `Not usable: ${names}. The conditions of each say why`;
  return { status: invalid.length === own.length ? 'False' : 'True', reason: 'ListenersNotValid', message };
}

function programmed(isAccepted: Report, { told }: ListenerSetFacts): Report {
  const { status, reason, message } = isAccepted;
  if (status !== 'True')
    return { status: 'False', reason: reason === 'ParentNotAccepted' ? 'ParentNotProgrammed' : reason, message };
  const parent = told.conditions.find(({ type }) => type === 'Programmed');
  return parent?.status === 'True'
    ? { status: 'True', reason: 'Programmed', message: parent.message }
    : { status: 'False', reason: 'ParentNotProgrammed', message: parent?.message ?? '' };
}
