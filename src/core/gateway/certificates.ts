/** Checks the certificates that a listener names. The edge ends TLS with certificates of its own, so none is used. */
import { GATEWAY_GROUP, type Gateway, type Listener, type ObjectReference } from '../../api/gateway-objects.ts';
import type { ObjectKey, Secret } from '../../api/objects.ts';
import { decodeBase64 } from '../base64.ts';
import type { RelatedObjects } from '../sources/related.ts';
import { isPermitted } from '../grants.ts';

export interface CertificateProblem {
  readonly reason: 'InvalidCertificateRef' | 'RefNotPermitted';
  readonly message: string;
}

/** The Secrets that a Gateway names and may read, by key. */
export function secretsToRead(gateway: Gateway, related: RelatedObjects): readonly ObjectKey[] {
  const keys = gateway.spec.listeners.flatMap((listener) =>
    referencesOf(listener).flatMap((reference) =>
      referenceProblem(reference, gateway, related) === undefined ? [keyOf(reference, gateway)] : [],
    ),
  );
  return [...new Set(keys)];
}

/** `isUsable`: by key, whether a Secret contains a certificate and its key. */
export function certificateProblem(
  listener: Listener,
  gateway: Gateway,
  { related, isUsable }: { readonly related: RelatedObjects; readonly isUsable: ReadonlyMap<ObjectKey, boolean> },
): CertificateProblem | undefined {
  for (const reference of referencesOf(listener)) {
    const problem = referenceProblem(reference, gateway, related);
    if (problem !== undefined) return problem;
    const key = keyOf(reference, gateway);
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
  { metadata }: Gateway,
  related: RelatedObjects,
): CertificateProblem | undefined {
  const own = metadata.namespace ?? '';
  const to = { group, kind, namespace: namespace ?? own, name };
  if (group !== '' || kind !== 'Secret')
    return { reason: 'InvalidCertificateRef', message: `${group}/${kind} ${name} is not a Secret` };
  if (isPermitted({ from: { group: GATEWAY_GROUP, kind: 'Gateway', namespace: own }, to }, related)) return undefined;
  return {
    reason: 'RefNotPermitted',
    message: `No ReferenceGrant in namespace ${to.namespace} permits Secret ${to.namespace}/${name}`,
  };
}

function keyOf({ namespace, name }: ObjectReference, { metadata }: Gateway): ObjectKey {
  return `${namespace ?? metadata.namespace ?? ''}/${name}`;
}
