/** Checks the certificates that a listener names. The edge ends TLS with certificates of its own, so none is used. */
import { GATEWAY_GROUP, type Listener, type ObjectReference } from '../../api/gateway-objects.ts';
import type { ObjectKey, Secret } from '../../api/objects.ts';
import { decodeBase64 } from '../base64.ts';
import type { RelatedObjects } from '../sources/related.ts';
import { isPermitted } from '../grants.ts';
import type { StatedListener } from './stated-listeners.ts';

export interface CertificateProblem {
  readonly reason: 'InvalidCertificateRef' | 'RefNotPermitted';
  readonly message: string;
}

/** The Secrets that listeners name and may read, by key. */
export function secretsToRead(listeners: readonly StatedListener[], related: RelatedObjects): readonly ObjectKey[] {
  const keys = listeners.flatMap(({ listener, by }) =>
    referencesOf(listener).flatMap((reference) =>
      referenceProblem(reference, by, related) === undefined ? [keyOf(reference, by)] : [],
    ),
  );
  return [...new Set(keys)];
}

/** `isUsable`: by key, whether a Secret contains a certificate and its key. */
export function certificateProblem(
  { listener, by }: StatedListener,
  { related, isUsable }: { readonly related: RelatedObjects; readonly isUsable: ReadonlyMap<ObjectKey, boolean> },
): CertificateProblem | undefined {
  for (const reference of referencesOf(listener)) {
    const problem = referenceProblem(reference, by, related);
    if (problem !== undefined) return problem;
    const key = keyOf(reference, by);
    if (isUsable.get(key) !== true)
      return { reason: 'InvalidCertificateRef', message: `Secret ${key} contains no certificate with its key` };
  }
  return undefined;
}

export function isCertificateSecret(secret: Secret | undefined, isCertificate: (pem: string) => boolean): boolean {
  const certificate = decodeBase64(secret?.data?.['tls.crt'] ?? '');
  const key = decodeBase64(secret?.data?.['tls.key'] ?? '');
  return isCertificate(certificate) && /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key);
}

function referencesOf({ protocol, tls }: Listener): readonly ObjectReference[] {
  return protocol === 'HTTPS' ? (tls?.certificateRefs ?? []) : [];
}

function referenceProblem(
  { group = '', kind = 'Secret', namespace, name }: ObjectReference,
  { kind: referring, metadata }: StatedListener['by'],
  related: RelatedObjects,
): CertificateProblem | undefined {
  const own = metadata.namespace ?? '';
  const to = { group, kind, namespace: namespace ?? own, name };
  if (group !== '' || kind !== 'Secret')
    return { reason: 'InvalidCertificateRef', message: `${group}/${kind} ${name} is not a Secret` };
  if (isPermitted({ from: { group: GATEWAY_GROUP, kind: referring, namespace: own }, to }, related)) return undefined;
  return {
    reason: 'RefNotPermitted',
    message: `No ReferenceGrant in namespace ${to.namespace} permits Secret ${to.namespace}/${name}`,
  };
}

function keyOf({ namespace, name }: ObjectReference, { metadata }: StatedListener['by']): ObjectKey {
  return `${namespace ?? metadata.namespace ?? ''}/${name}`;
}
