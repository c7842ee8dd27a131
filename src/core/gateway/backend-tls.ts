/** What a BackendTLSPolicy says about a port of a Service. */
import type { BackendTlsPolicy } from '../../api/gateway-objects.ts';
import type { ObjectKey, ServicePort } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import type { BackendTls, SubjectAltName } from '../model/proxy-rule.ts';
import { quoted } from '../quote.ts';
import type { RelatedObjects } from '../sources/related.ts';

/** Certificates are in a ConfigMap, under this key. */
const CERTIFICATES_KEY = 'ca.crt';

/** Why a policy cannot be applied, with the reason of `Accepted` and of `ResolvedRefs`. */
export interface PolicyProblem {
  readonly accepted: 'NoValidCACertificate' | 'Invalid';
  /** Absent: its references are valid. */
  readonly resolvedRefs?: 'InvalidKind' | 'InvalidCACertificateRef';
  readonly message: string;
}

export type PolicyTls = { readonly tls: BackendTls } | { readonly problem: PolicyProblem };

/** The policy for a port: the oldest that names the port, else the oldest that names only the Service. */
export function policyFor(
  service: ObjectKey,
  { name = '' }: Pick<ServicePort, 'name'>,
  related: Pick<RelatedObjects, 'get'>,
): BackendTlsPolicy | undefined {
  const policies = (related.get('BackendTlsPolicies', service) ?? []).filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined,
  );
  return (
    policies.find((policy) => namesSection(policy, service, name)) ??
    policies.find((policy) => namesSection(policy, service, undefined))
  );
}

/** Whether an older policy says the same of everything that a policy is for. */
export function isConflicted(policy: BackendTlsPolicy, related: Pick<RelatedObjects, 'get'>): boolean {
  const { namespace = '' } = policy.metadata;
  return policy.spec.targetRefs.every(({ name, sectionName }) => {
    const service = `${namespace}/${name}`;
    const first = (related.get('BackendTlsPolicies', service) ?? []).find((one) =>
      namesSection(one, service, sectionName),
    );
    return first !== undefined && keyOf(first) !== keyOf(policy);
  });
}

function namesSection({ spec, metadata }: BackendTlsPolicy, service: ObjectKey, section: string | undefined): boolean {
  return spec.targetRefs.some(
    ({ name, sectionName }) => `${metadata.namespace ?? ''}/${name}` === service && sectionName === section,
  );
}

/** What is not known before the ConfigMap has been read is not part of it. */
export function tlsOf({ spec: { validation } }: BackendTlsPolicy): PolicyTls {
  const { hostname, subjectAltNames = [], caCertificateRefs = [], wellKnownCACertificates = '' } = validation;
  const names = subjectAltNames.map(nameOf);
  const unknown = subjectAltNames.find((_, index) => names[index] === undefined);
  if (unknown !== undefined) return invalid(`${quoted(unknown.type)} is not a type of name that is supported`);
  const verified = {
    serverName: hostname,
    ...(names.length === 0 ? {} : { subjectAltNames: names.filter((name) => name !== undefined) }),
  };
  const [reference, ...others] = caCertificateRefs;
  if (reference === undefined)
    return wellKnownCACertificates === 'System'
      ? { tls: verified }
      : invalid(`wellKnownCACertificates ${quoted(wellKnownCACertificates)} is not known; use System`);
  const { group = '', kind = 'ConfigMap', name } = reference;
  if (others.length > 0) return invalid('Only one of caCertificateRefs is supported; put all certificates into it');
  if (group !== '' || kind !== 'ConfigMap')
    return { problem: { accepted: 'NoValidCACertificate', resolvedRefs: 'InvalidKind', message: notConfigMap(kind) } };
  return { tls: { ...verified, caPool: { name, key: CERTIFICATES_KEY } } };
}

function notConfigMap(kind: string): string {
  return `caCertificateRefs names a ${kind}, and only a ConfigMap is supported`;
}

function invalid(message: string): PolicyTls {
  return { problem: { accepted: 'Invalid', message } };
}

function nameOf({
  type,
  hostname,
  uri,
}: NonNullable<BackendTlsPolicy['spec']['validation']['subjectAltNames']>[number]): SubjectAltName | undefined {
  if (type === 'Hostname' && hostname !== undefined) return { type: 'DNS', value: hostname };
  return type === 'URI' && uri !== undefined ? { type: 'URI', value: uri } : undefined;
}
