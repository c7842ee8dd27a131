/** Describes a listener. */
import type { Condition } from '../../api/conditions.ts';
import { GATEWAY_GROUP, type Listener, type ListenerStatus } from '../../api/gateway-objects.ts';
import { listed } from '../quote.ts';
import { type Report, conditionFrom } from '../status/conditions.ts';
import type { CertificateProblem } from './certificates.ts';
import { kindsOf } from './listeners.ts';
import type { StatedListener } from './stated-listeners.ts';

export interface ListenerFacts {
  readonly certificate: CertificateProblem | undefined;
  readonly attachedRoutes: number;
  /** Why the Gateway serves nothing; `undefined`: it does. */
  readonly pending: string | undefined;
  readonly now: string;
}

export function listenerStatus(stated: StatedListener, facts: ListenerFacts): ListenerStatus {
  const { attachedRoutes, now } = facts;
  const { listener, by } = stated;
  const { name } = listener;
  const previous = by.status?.listeners?.find((one) => one.name === name)?.conditions ?? [];
  const condition = (type: string, report: Report): Condition =>
    conditionFrom(type, report, previous, now, by.metadata.generation ?? 0);
  return {
    name,
    supportedKinds: kindsOf(listener).supported.map((kind) => ({ group: GATEWAY_GROUP, kind })),
    attachedRoutes,
    conditions: [
      condition('Accepted', accepted(stated)),
      condition('Conflicted', conflicted(stated)),
      condition('ResolvedRefs', resolvedRefs(listener, facts)),
      condition('Programmed', programmed(stated, facts)),
    ],
  };
}

/** Whether it serves anything, as soon as its Gateway does. */
export function isUsable({ listener, problem }: StatedListener, certificate: CertificateProblem | undefined): boolean {
  return problem === undefined && certificate === undefined && kindsOf(listener).supported.length > 0;
}

function accepted({ problem }: StatedListener): Report {
  return problem === undefined
    ? { status: 'True', reason: 'Accepted', message: 'The edge brings its requests; it ends TLS' }
    : { status: 'False', ...problem };
}

function isConflict({ problem }: StatedListener): boolean {
  return problem?.reason === 'HostnameConflict' || problem?.reason === 'ProtocolConflict';
}

function conflicted(stated: StatedListener): Report {
  const { problem } = stated;
  return problem !== undefined && isConflict(stated)
    ? { status: 'True', reason: problem.reason, message: problem.message }
    : { status: 'False', reason: 'NoConflicts', message: 'No other listener has the same port and hostname' };
}

function resolvedRefs(listener: Listener, { certificate }: Pick<ListenerFacts, 'certificate'>): Report {
  const { invalid } = kindsOf(listener);
  if (certificate !== undefined) return { status: 'False', ...certificate };
  if (invalid.length > 0)
    return {
      status: 'False',
      reason: 'InvalidRouteKinds',
      message: `Not supported by this listener: ${listed(invalid)}`,
    };
  return { status: 'True', reason: 'ResolvedRefs', message: 'Every reference is valid' };
}

function programmed(stated: StatedListener, { certificate, pending }: ListenerFacts): Report {
  const { listener, by } = stated;
  const problem = stated.problem ?? certificate;
  // Of an entry of a ListenerSet, the Gateway API wants the conflict itself as the reason.
  const reason = by.kind === 'ListenerSet' && isConflict(stated) ? (stated.problem?.reason ?? '') : 'Invalid';
  if (problem !== undefined) return { status: 'False', reason, message: problem.message };
  if (kindsOf(listener).supported.length === 0)
    return { status: 'False', reason: 'Invalid', message: 'It admits no kind of route that is supported' };
  return pending === undefined
    ? { status: 'True', reason: 'Programmed', message: 'Its Tunnel is ready' }
    : { status: 'False', reason: 'Pending', message: pending };
}
