/** Describes a listener of a Gateway. */
import type { Condition } from '../../api/conditions.ts';
import { GATEWAY_GROUP, type Gateway, type Listener, type ListenerStatus } from '../../api/gateway-objects.ts';
import { listed } from '../quote.ts';
import { type Report, conditionFrom } from '../status/conditions.ts';
import type { CertificateProblem } from './certificates.ts';
import { kindsOf, listenerProblem } from './listeners.ts';

export interface ListenerFacts {
  readonly gateway: Gateway;
  readonly certificate: CertificateProblem | undefined;
  readonly attachedRoutes: number;
  /** Why the Gateway serves nothing; `undefined`: it does. */
  readonly pending: string | undefined;
  readonly now: string;
}

export function listenerStatus(listener: Listener, facts: ListenerFacts): ListenerStatus {
  const { gateway, attachedRoutes, now } = facts;
  const { name } = listener;
  const previous = gateway.status?.listeners?.find((one) => one.name === name)?.conditions ?? [];
  const condition = (type: string, report: Report): Condition =>
    conditionFrom(type, report, previous, now, gateway.metadata.generation ?? 0);
  return {
    name,
    supportedKinds: kindsOf(listener).supported.map((kind) => ({ group: GATEWAY_GROUP, kind })),
    attachedRoutes,
    conditions: [
      condition('Accepted', accepted(listener, gateway)),
      condition('Conflicted', conflicted(listener, gateway)),
      condition('ResolvedRefs', resolvedRefs(listener, facts)),
      condition('Programmed', programmed(listener, facts)),
    ],
  };
}

function accepted(listener: Listener, gateway: Gateway): Report {
  const problem = listenerProblem(listener, gateway);
  return problem === undefined
    ? { status: 'True', reason: 'Accepted', message: 'The edge brings its requests; it ends TLS' }
    : { status: 'False', ...problem };
}

function conflicted(listener: Listener, gateway: Gateway): Report {
  const problem = listenerProblem(listener, gateway);
  const isConflict = problem?.reason === 'HostnameConflict' || problem?.reason === 'ProtocolConflict';
  return isConflict
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

function programmed(listener: Listener, { gateway, certificate, pending }: ListenerFacts): Report {
  const problem = listenerProblem(listener, gateway) ?? certificate;
  if (problem !== undefined) return { status: 'False', reason: 'Invalid', message: problem.message };
  if (kindsOf(listener).supported.length === 0)
    return { status: 'False', reason: 'Invalid', message: 'It admits no kind of route that is supported' };
  return pending === undefined
    ? { status: 'True', reason: 'Programmed', message: 'Its Tunnel is ready' }
    : { status: 'False', reason: 'Pending', message: pending };
}
