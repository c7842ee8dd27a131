/** Describes a BackendTLSPolicy at the Gateways of ours where it has an effect. */
import type { Condition } from '../../api/conditions.ts';
import {
  type BackendTlsPolicy,
  GATEWAY_CONTROLLER,
  GATEWAY_GROUP,
  type PolicyAncestorStatus,
} from '../../api/gateway-objects.ts';
import type { ObjectKey } from '../../api/objects.ts';
import { sameJson } from '../equal.ts';
import { splitKey } from '../keys.ts';
import { type Report, conditionFrom } from '../status/conditions.ts';
import { tlsOf } from './backend-tls.ts';

export interface PolicyFacts {
  readonly policy: BackendTlsPolicy;
  /** Gateways of ours. */
  readonly ancestors: readonly ObjectKey[];
  /** An older policy is for the same. */
  readonly isConflicted: boolean;
  /** What is in the ConfigMap that it names; `undefined`: it has not been read yet. */
  readonly certificates: { readonly problem?: string } | undefined;
  readonly now: string;
}

/** The entries of all controllers: those of others as they are, followed by ours. `undefined`: not known yet. */
export function ancestorsWith(facts: PolicyFacts): readonly PolicyAncestorStatus[] | undefined {
  const { policy, ancestors } = facts;
  const entries = policy.status?.ancestors ?? [];
  const others = entries.filter(({ controllerName }) => controllerName !== GATEWAY_CONTROLLER);
  if (ancestors.length === 0) return others;
  const reports = reportsOn(facts);
  if (reports === undefined) return undefined;
  const room = Math.max(0, MAX_ANCESTORS - others.length);
  return [...others, ...ancestors.slice(0, room).map((gateway) => entryFor(gateway, reports, facts))];
}

/** A limit of the Gateway API. */
const MAX_ANCESTORS = 16;

export function isPolicyTold({ status }: BackendTlsPolicy, wanted: readonly PolicyAncestorStatus[]): boolean {
  return sameJson(status?.ancestors ?? [], wanted);
}

type Reports = Readonly<Record<string, Report>>;

function entryFor(gateway: ObjectKey, reports: Reports, { policy, now }: PolicyFacts): PolicyAncestorStatus {
  const ancestorRef = { group: GATEWAY_GROUP, kind: 'Gateway', ...splitKey(gateway) };
  const before = policy.status?.ancestors?.find(
    (entry) => entry.controllerName === GATEWAY_CONTROLLER && sameJson(entry.ancestorRef, ancestorRef),
  );
  const condition = (type: string, report: Report): Condition =>
    conditionFrom(type, report, before?.conditions ?? [], now, policy.metadata.generation ?? 0);
  return {
    ancestorRef,
    controllerName: GATEWAY_CONTROLLER,
    conditions: Object.entries(reports).map(([type, report]) => condition(type, report)),
  };
}

function reportsOn({ policy, isConflicted, certificates }: PolicyFacts): Reports | undefined {
  if (isConflicted)
    return { Accepted: refused('Conflicted', 'An older BackendTLSPolicy is for the same Service and port') };
  const told = tlsOf(policy);
  if ('problem' in told) {
    const { accepted, resolvedRefs, message } = told.problem;
    return {
      Accepted: refused(accepted, message),
      ResolvedRefs: resolvedRefs === undefined ? RESOLVED : refused(resolvedRefs, message),
    };
  }
  if (told.tls.caPool === undefined) return { Accepted: ACCEPTED, ResolvedRefs: RESOLVED };
  if (certificates === undefined) return undefined;
  const { problem } = certificates;
  return problem === undefined
    ? { Accepted: ACCEPTED, ResolvedRefs: RESOLVED }
    : { Accepted: refused('NoValidCACertificate', problem), ResolvedRefs: refused('InvalidCACertificateRef', problem) };
}

const ACCEPTED: Report = {
  status: 'True',
  reason: 'Accepted',
  message: 'The proxy reaches the Service with TLS, and verifies it',
};
const RESOLVED: Report = { status: 'True', reason: 'ResolvedRefs', message: 'Every reference is valid' };

function refused(reason: string, message: string): Report {
  return { status: 'False', reason, message };
}
