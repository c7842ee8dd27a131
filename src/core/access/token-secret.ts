/** The Secret that holds a service token for programs. */
import {
  ACCESS_SERVICE_TOKEN_KIND,
  API_VERSION,
  CREDENTIALS_HASH_ANNOTATION,
  LABEL_MANAGED_BY,
  MANAGED_BY,
  ROTATION_ANNOTATION,
} from '../../api/names.ts';
import type { AccessServiceToken, OwnerReference, Secret } from '../../api/objects.ts';
import { decodeBase64, encodeBase64 } from '../base64.ts';
import { parseObject } from '../json.ts';
import type { ClientCredentials } from './remote.ts';
import { type TokenRecord, recordInStatus } from './token-record.ts';

export const CLIENT_ID_KEY = 'CF_ACCESS_CLIENT_ID';
export const CLIENT_SECRET_KEY = 'CF_ACCESS_CLIENT_SECRET';

type Hash = (text: string) => string;

export interface HeldToken {
  readonly credentials: ClientCredentials;
  readonly record: TokenRecord;
}

/** Its owner reference has it deleted with the AccessServiceToken. */
export function tokenSecretFor(
  token: AccessServiceToken,
  { credentials, record }: HeldToken,
  hash: Hash,
): Secret & { readonly type: string } {
  const hasRecord = Object.keys(record).length > 0;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: token.spec.secretName,
      namespace: token.metadata.namespace ?? '',
      labels: { [LABEL_MANAGED_BY]: MANAGED_BY, 'app.kubernetes.io/part-of': 'cftunnel' },
      annotations: {
        [CREDENTIALS_HASH_ANNOTATION]: hashOf(credentials, hash),
        ...(hasRecord ? { [ROTATION_ANNOTATION]: JSON.stringify(record) } : {}),
      },
      ownerReferences: [ownerReferenceOf(token)],
    },
    type: 'Opaque',
    data: {
      [CLIENT_ID_KEY]: encodeBase64(credentials.clientId),
      [CLIENT_SECRET_KEY]: encodeBase64(credentials.clientSecret),
    },
  };
}

function hashOf({ clientId, clientSecret }: ClientCredentials, hash: Hash): string {
  return hash(JSON.stringify([clientId, clientSecret]));
}

function ownerReferenceOf({ metadata: { name, uid = '' } }: AccessServiceToken): OwnerReference {
  return {
    apiVersion: API_VERSION,
    kind: ACCESS_SERVICE_TOKEN_KIND,
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The credentials as the operator wrote them; `undefined`: they are missing, or somebody has changed them. */
export function credentialsIn(secret: Secret, hash: Hash): ClientCredentials | undefined {
  const read = (key: string): string => decodeBase64(secret.data?.[key] ?? '');
  const credentials = { clientId: read(CLIENT_ID_KEY), clientSecret: read(CLIENT_SECRET_KEY) };
  if (credentials.clientId === '' || credentials.clientSecret === '') return undefined;
  return secret.metadata.annotations?.[CREDENTIALS_HASH_ANNOTATION] === hashOf(credentials, hash)
    ? credentials
    : undefined;
}

/** What is known of rotations. A record that is missing is replaced by what the status has of it. */
export function recordIn(secret: Secret | undefined, token: AccessServiceToken): TokenRecord {
  const text = secret?.metadata.annotations?.[ROTATION_ANNOTATION];
  return text === undefined ? recordInStatus(token) : parseObject(text);
}

/** Whether a Secret is deleted together with a token. */
export function isOwnedByToken({ metadata }: Secret, token: AccessServiceToken): boolean {
  return (metadata.ownerReferences ?? []).some(({ uid }) => uid === token.metadata.uid);
}

/**
 * Whether a Secret belongs to a token: by its owner reference, or, if that was lost in a restore, because it holds what
 * the operator wrote for the token that Cloudflare has.
 */
export function isTokenSecret(
  secret: Secret,
  token: AccessServiceToken,
  proof: { readonly clientId: string | undefined; readonly hash: Hash },
): boolean {
  if (isOwnedByToken(secret, token)) return true;
  const isOurs = secret.metadata.labels?.[LABEL_MANAGED_BY] === MANAGED_BY && proof.clientId !== undefined;
  return isOurs && credentialsIn(secret, proof.hash)?.clientId === proof.clientId;
}
